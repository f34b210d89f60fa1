package io.clickledger.schemas;

/** One row is what a restatement changed in one grain of a day. */
public final class BillingRestatements {
  public static final TableName TABLE = new TableName("billing", "restatements");

  public static final String DAY = "day";
  public static final String REVISION = "revision";
  public static final String RUN_ID = "run_id";
  public static final String CAUSES = "causes";
  public static final String ADVERTISER_ID = "advertiser_id";
  public static final String CAMPAIGN_ID = "campaign_id";
  public static final String AD_ID = "ad_id";
  public static final String PUBLISHER_ID = "publisher_id";
  public static final String GEO_COUNTRY = "geo_country";
  public static final String DEVICE_TYPE = "device_type";
  public static final String CURRENCY = "currency";
  public static final String GROSS_CLICKS = "gross_clicks";
  public static final String DUPLICATE_CLICKS = "duplicate_clicks";
  public static final String GENERAL_INVALID_CLICKS = "general_invalid_clicks";
  public static final String SOPHISTICATED_INVALID_CLICKS = "sophisticated_invalid_clicks";
  public static final String VALID_CLICKS = "valid_clicks";
  public static final String COST_MICROS = "cost_micros";

  private BillingRestatements() {}
}
