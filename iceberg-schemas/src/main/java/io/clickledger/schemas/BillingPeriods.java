package io.clickledger.schemas;

/** One row is one closed billing period of an advertiser. */
public final class BillingPeriods {
  public static final TableName TABLE = new TableName("billing", "periods");

  public static final String ADVERTISER_ID = "advertiser_id";
  public static final String MONTH = "month";
  public static final String TIME_ZONE = "time_zone";
  public static final String CLOSED_AT = "closed_at";
  public static final String RUN_ID = "run_id";

  private BillingPeriods() {}
}
