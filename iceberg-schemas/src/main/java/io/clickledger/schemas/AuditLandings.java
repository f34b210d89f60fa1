package io.clickledger.schemas;

/**
 * One row is one landed range of one Kafka partition: the proof of conservation that outlives
 * snapshots.
 */
public final class AuditLandings {
  public static final TableName TABLE = new TableName("audit", "landings");

  public static final String TABLE_NAME = "table_name";
  public static final String SNAPSHOT_ID = "snapshot_id";
  public static final String TOPIC_ID = "topic_id";
  public static final String KAFKA_PARTITION = "kafka_partition";
  public static final String FROM_OFFSET = "from_offset";
  public static final String TO_OFFSET = "to_offset";
  public static final String LANDED_ROWS = "landed_rows";
  public static final String LANDED_AT = "landed_at";
  public static final String ACCEPTED_GAP = "accepted_gap";

  private AuditLandings() {}
}
