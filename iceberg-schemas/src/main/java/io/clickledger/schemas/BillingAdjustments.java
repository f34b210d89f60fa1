package io.clickledger.schemas;

/** One row is one correction of a closed period, which itself is never rewritten. */
public final class BillingAdjustments {
  public static final TableName TABLE = new TableName("billing", "adjustments");

  public static final String ADJUSTMENT_ID = "adjustment_id";
  public static final String BILLING_DAY = "billing_day";
  public static final String BOOKED_ON = "booked_on";
  public static final String ADVERTISER_ID = "advertiser_id";
  public static final String CAMPAIGN_ID = "campaign_id";
  public static final String CAUSE = "cause";
  public static final String AMOUNT_MICROS = "amount_micros";
  public static final String CURRENCY = "currency";
  public static final String CLICKS = "clicks";
  public static final String RUN_ID = "run_id";

  private BillingAdjustments() {}
}
