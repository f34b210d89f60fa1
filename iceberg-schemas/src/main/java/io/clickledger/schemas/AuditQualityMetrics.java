package io.clickledger.schemas;

/** One row is one quality metric of one run. */
public final class AuditQualityMetrics {
  public static final TableName TABLE = new TableName("audit", "quality_metrics");

  public static final String RUN_ID = "run_id";
  public static final String TABLE_NAME = "table_name";
  public static final String METRIC = "metric";
  public static final String INSTANCE = "instance";
  public static final String VALUE = "value";
  public static final String STATUS = "status";
  public static final String MEASURED_AT = "measured_at";

  private AuditQualityMetrics() {}
}
