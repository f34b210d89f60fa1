package io.clickledger.schemas;

/** One row is one click that stateful fraud rules matched as it was counted live. */
public final class LiveFlaggedClicks {
  public static final TableName TABLE = new TableName("live", "flagged_clicks");

  public static final String CLICK_ID = "click_id";
  public static final String CLICKED_AT = "clicked_at";
  public static final String AD_ID = "ad_id";
  public static final String PUBLISHER_ID = "publisher_id";
  public static final String RULES = "rules";
  public static final String RULES_VERSION = "rules_version";
  public static final String KAFKA_PARTITION = "kafka_partition";
  public static final String KAFKA_OFFSET = "kafka_offset";
  public static final String LANDED_AT = "landed_at";

  private LiveFlaggedClicks() {}
}
