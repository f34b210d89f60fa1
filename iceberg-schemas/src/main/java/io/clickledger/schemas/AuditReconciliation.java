package io.clickledger.schemas;

/** One row is one cause of a difference between live and final in an hour and campaign. */
public final class AuditReconciliation {
  public static final TableName TABLE = new TableName("audit", "reconciliation");

  public static final String RUN_ID = "run_id";
  public static final String DAY = "day";
  public static final String HOUR = "hour";
  public static final String CAMPAIGN_ID = "campaign_id";
  public static final String CURRENCY = "currency";
  public static final String MEASURE = "measure";
  public static final String LIVE_VALUE = "live_value";
  public static final String FINAL_VALUE = "final_value";
  public static final String CAUSE = "cause";
  public static final String DIFFERENCE = "difference";
  public static final String RECONCILED_AT = "reconciled_at";

  private AuditReconciliation() {}
}
