package io.clickledger.streaming.replay.decision;

import io.clickledger.schemas.RawRejectedClicks;
import java.sql.Timestamp;
import java.time.Instant;
import org.apache.spark.sql.Row;

/**
 * What a replay needs of one row of raw.rejected_clicks.
 *
 * @param payload the record's value, encrypted under {@code payloadKeyId}; null for a record
 *     without one
 */
public record RejectedRecord(
    Coordinates at, Instant kafkaTimestamp, byte[] payload, String payloadKeyId) {

  public static RejectedRecord of(Row row) {
    return new RejectedRecord(
        new Coordinates(
            row.getAs(RawRejectedClicks.KAFKA_PARTITION),
            row.<Long>getAs(RawRejectedClicks.KAFKA_OFFSET)),
        row.<Timestamp>getAs(RawRejectedClicks.KAFKA_TIMESTAMP).toInstant(),
        row.getAs(RawRejectedClicks.PAYLOAD),
        row.getAs(RawRejectedClicks.PAYLOAD_KEY_ID));
  }
}
