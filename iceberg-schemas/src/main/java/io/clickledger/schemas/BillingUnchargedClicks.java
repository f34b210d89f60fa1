package io.clickledger.schemas;

/** One row is the valid clicks of a grain that are not charged for one reason. */
public final class BillingUnchargedClicks {
  public static final TableName TABLE = new TableName("billing", "uncharged_clicks");

  public static final String BILLING_DAY = "billing_day";
  public static final String ADVERTISER_ID = "advertiser_id";
  public static final String CAMPAIGN_ID = "campaign_id";
  public static final String PUBLISHER_ID = "publisher_id";
  public static final String REASON = "reason";
  public static final String VALID_CLICKS = "valid_clicks";
  public static final String COST_MICROS = "cost_micros";
  public static final String CURRENCY = "currency";
  public static final String RUN_ID = "run_id";

  private BillingUnchargedClicks() {}
}
