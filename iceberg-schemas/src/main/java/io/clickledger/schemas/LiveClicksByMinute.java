package io.clickledger.schemas;

/**
 * One row is a mergeable partial of its grain (minute and dimensions) for one landing batch:
 * readers sum.
 */
public final class LiveClicksByMinute {
  public static final TableName TABLE = new TableName("live", "clicks_by_minute");

  public static final String MINUTE = "minute";
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
  public static final String LANDED_AT = "landed_at";
  public static final String ON_TIME = "on_time";

  private LiveClicksByMinute() {}
}
