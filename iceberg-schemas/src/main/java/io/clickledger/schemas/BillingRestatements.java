package io.clickledger.schemas;

/** One row is what a restatement changed in one grain of a day. */
public final class BillingRestatements {
  public static final TableName TABLE = new TableName("billing", "restatements");

  public static final String DAY = "day";
  public static final String REVISION = "revision";
  public static final String RUN_ID = "run_id";
  public static final String CAUSES = "causes";

  private BillingRestatements() {}
}
