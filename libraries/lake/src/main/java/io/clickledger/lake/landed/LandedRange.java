package io.clickledger.lake.landed;

import io.clickledger.schemas.TableName;
import java.time.Instant;

/**
 * One landed range of one Kafka partition: a row of audit.landings.
 *
 * @param snapshotId the landing commit
 * @param from first offset of the range, inclusive
 * @param to end of the range, exclusive
 * @param rows rows that the commit added for the partition
 * @param acceptedGap how many offsets at the start of the range an operator accepted as lost
 */
public record LandedRange(
    TableName table,
    long snapshotId,
    String topicId,
    int partition,
    long from,
    long to,
    long rows,
    Instant landedAt,
    long acceptedGap) {
  public LandedRange {
    if (from > to || acceptedGap < 0 || acceptedGap > to - from) {
      throw new IllegalArgumentException(
          "a landing of partition %d must be [from, to) with its accepted gap inside, was [%d, %d) with %d"
              .formatted(partition, from, to, acceptedGap));
    }
  }
}
