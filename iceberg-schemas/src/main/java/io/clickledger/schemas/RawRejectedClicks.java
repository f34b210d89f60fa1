package io.clickledger.schemas;

/** One row is one record that could not be a click, with the reason and the record itself. */
public final class RawRejectedClicks {
  public static final TableName TABLE = new TableName("raw", "rejected_clicks");

  public static final String REASON = "reason";
  public static final String FIELD = "field";
  public static final String DETAIL = "detail";
  public static final String PAYLOAD = "payload";
  public static final String PAYLOAD_KEY_ID = "payload_key_id";
  public static final String KAFKA_PARTITION = "kafka_partition";
  public static final String KAFKA_OFFSET = "kafka_offset";
  public static final String KAFKA_TIMESTAMP = "kafka_timestamp";
  public static final String LANDED_AT = "landed_at";

  private RawRejectedClicks() {}
}
