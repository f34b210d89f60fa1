package io.clickledger.schemas;

/**
 * One row is one side of a double entry for a local billing day, campaign, publisher and account:
 * debits equal credits.
 */
public final class BillingAdjustments {
  public static final TableName TABLE = new TableName("billing", "adjustments");

  public static final String ADJUSTMENT_ID = "adjustment_id";
  public static final String BILLING_DAY = "billing_day";
  public static final String BOOKED_ON = "booked_on";
  public static final String ADVERTISER_ID = "advertiser_id";
  public static final String CAMPAIGN_ID = "campaign_id";
  public static final String PUBLISHER_ID = "publisher_id";
  public static final String ACCOUNT = "account";
  public static final String CAUSES = "causes";
  public static final String DEBIT_MICROS = "debit_micros";
  public static final String CREDIT_MICROS = "credit_micros";
  public static final String CURRENCY = "currency";
  public static final String CLICKS = "clicks";
  public static final String STATE = "state";
  public static final String RUN_ID = "run_id";

  private BillingAdjustments() {}
}
