package io.clickledger.batch.audit.offsets;

import io.clickledger.schemas.RawClicks;
import org.apache.spark.sql.Row;

/** Offsets of one Kafka partition, {@code to} exclusive. */
record OffsetRange(int partition, long from, long to) {
  OffsetRange {
    if (from >= to) {
      throw new IllegalArgumentException(
          "a range of offsets must not be empty, was [%d, %d)".formatted(from, to));
    }
  }

  /** The range that a row has in its columns of these names. */
  static OffsetRange of(Row row, String from, String to) {
    return new OffsetRange(
        row.<Integer>getAs(RawClicks.KAFKA_PARTITION), row.<Long>getAs(from), row.<Long>getAs(to));
  }

  long size() {
    return to - from;
  }

  /** Whether all of this range comes before the other one, in order of partition and offset. */
  boolean isBefore(OffsetRange other) {
    return partition < other.partition || partition == other.partition && to <= other.from;
  }

  /** Whether both have an offset. */
  boolean overlaps(OffsetRange other) {
    return partition == other.partition && from < other.to && other.from < to;
  }

  /** Whether the other one begins where this range ends. */
  boolean touches(OffsetRange other) {
    return partition == other.partition && to == other.from;
  }

  /** The part of this range from the offset on. */
  OffsetRange from(long offset) {
    return new OffsetRange(partition, offset, to);
  }

  /** The part of this range before the offset. */
  OffsetRange before(long offset) {
    return new OffsetRange(partition, from, offset);
  }

  @Override
  public String toString() {
    return "partition %d, offsets [%d, %d)".formatted(partition, from, to);
  }
}
