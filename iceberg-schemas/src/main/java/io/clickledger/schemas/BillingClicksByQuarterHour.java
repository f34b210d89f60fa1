package io.clickledger.schemas;

/**
 * One row is the authoritative count of its grain over a quarter of an hour: it serves every IANA
 * time zone, and an hour is a sum.
 */
public final class BillingClicksByQuarterHour {
  public static final TableName TABLE = new TableName("billing", "clicks_by_quarter_hour");

  public static final String QUARTER_HOUR = "quarter_hour";
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
  public static final String UNIQUE_USERS_HLL = "unique_users_hll";
  public static final String REVISION = "revision";
  public static final String RUN_ID = "run_id";

  private BillingClicksByQuarterHour() {}
}
