package io.clickledger.schemas;

/** One row is one click as judged at night; no personal data. */
public final class FraudClickVerdicts {
  public static final TableName TABLE = new TableName("fraud", "click_verdicts");

  public static final String CLICK_ID = "click_id";
  public static final String CLICKED_AT = "clicked_at";
  public static final String VERDICT = "verdict";
  public static final String REASONS = "reasons";
  public static final String SCORE = "score";
  public static final String MODEL_VERSION = "model_version";
  public static final String MODEL_REASONS = "model_reasons";
  public static final String RULES_VERSION = "rules_version";
  public static final String ADVERTISER_ID = "advertiser_id";
  public static final String CAMPAIGN_ID = "campaign_id";
  public static final String AD_ID = "ad_id";
  public static final String PUBLISHER_ID = "publisher_id";
  public static final String PRICE_MICROS = "price_micros";
  public static final String CURRENCY = "currency";
  public static final String KAFKA_PARTITION = "kafka_partition";
  public static final String KAFKA_OFFSET = "kafka_offset";
  public static final String JUDGED_AT = "judged_at";
  public static final String RUN_ID = "run_id";
  public static final String SHADOW_REASONS = "shadow_reasons";

  private FraudClickVerdicts() {}
}
