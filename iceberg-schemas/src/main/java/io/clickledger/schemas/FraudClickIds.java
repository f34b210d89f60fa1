package io.clickledger.schemas;

/** One row is one landed click with its exact deduplication. */
public final class FraudClickIds {
  public static final TableName TABLE = new TableName("fraud", "click_ids");

  public static final String CLICK_ID_HIGH = "click_id_high";
  public static final String CLICK_ID_LOW = "click_id_low";
  public static final String CLICKED_AT = "clicked_at";
  public static final String LANDED_AT = "landed_at";
  public static final String KAFKA_PARTITION = "kafka_partition";
  public static final String KAFKA_OFFSET = "kafka_offset";
  public static final String IS_DUPLICATE = "is_duplicate";

  private FraudClickIds() {}
}
