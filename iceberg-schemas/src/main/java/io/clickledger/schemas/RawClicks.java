package io.clickledger.schemas;

/** One row is one received click, duplicates included. */
public final class RawClicks {
  public static final TableName TABLE = new TableName("raw", "clicks");

  public static final String CLICK_ID = "click_id";
  public static final String CLICKED_AT = "clicked_at";
  public static final String RECEIVED_AT = "received_at";
  public static final String SOURCE = "source";
  public static final String AD_ID = "ad_id";
  public static final String PUBLISHER_ID = "publisher_id";
  public static final String ADVERTISER_ID = "advertiser_id";
  public static final String CAMPAIGN_ID = "campaign_id";
  public static final String IMPRESSION_ID = "impression_id";
  public static final String CLICK_URL = "click_url";
  public static final String PAGE_HOST = "page_host";
  public static final String USER_AGENT = "user_agent";
  public static final String GEO_COUNTRY = "geo_country";
  public static final String GEO_CITY = "geo_city";
  public static final String NETWORK = "network";
  public static final String DEVICE_TYPE = "device_type";
  public static final String OS_TYPE = "os_type";
  public static final String BROWSER_TYPE = "browser_type";
  public static final String FRAUD_FLAGS = "fraud_flags";
  public static final String RULES_VERSION = "rules_version";
  public static final String IP_TRUNCATED = "ip_truncated";
  public static final String IP_HASH = "ip_hash";
  public static final String USER_HASH = "user_hash";
  public static final String HASH_KEY_ID = "hash_key_id";
  public static final String OTHER_FIELDS = "other_fields";
  public static final String KAFKA_PARTITION = "kafka_partition";
  public static final String KAFKA_OFFSET = "kafka_offset";
  public static final String KAFKA_TIMESTAMP = "kafka_timestamp";
  public static final String LANDED_AT = "landed_at";
  public static final String ON_TIME = "on_time";
  public static final String REQUEST_PURPOSE = "request_purpose";

  private RawClicks() {}
}
