package io.clickledger.schemas;

/** One row is one quality metric of one run. */
public final class AuditQualityMetrics {
  public static final TableName TABLE = new TableName("audit", "quality_metrics");

  private AuditQualityMetrics() {}
}
