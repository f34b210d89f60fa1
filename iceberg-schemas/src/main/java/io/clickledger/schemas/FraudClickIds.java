package io.clickledger.schemas;

/** One row is the first sight of a click_id: the index for exact dedup across days. */
public final class FraudClickIds {
  public static final TableName TABLE = new TableName("fraud", "click_ids");

  public static final String CLICK_ID = "click_id";
  public static final String KAFKA_PARTITION = "kafka_partition";
  public static final String KAFKA_OFFSET = "kafka_offset";
  public static final String CLICKED_AT = "clicked_at";

  private FraudClickIds() {}
}
