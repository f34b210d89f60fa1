package io.clickledger.batch.audit;

import java.util.ArrayList;
import java.util.List;

/** Offsets of one Kafka partition, {@code to} exclusive. */
record OffsetRange(int partition, long from, long to) {
  OffsetRange {
    if (from >= to) {
      throw new IllegalArgumentException(
          "a range of offsets must not be empty, was [%d, %d)".formatted(from, to));
    }
  }

  long size() {
    return to - from;
  }

  /** What is left of this range without the other: nothing, one or two ranges. */
  List<OffsetRange> without(OffsetRange other) {
    if (other.partition != partition || other.to <= from || other.from >= to) {
      return List.of(this);
    }
    List<OffsetRange> left = new ArrayList<>();
    if (from < other.from) {
      left.add(new OffsetRange(partition, from, other.from));
    }
    if (other.to < to) {
      left.add(new OffsetRange(partition, other.to, to));
    }
    return left;
  }

  /** The ranges, in order, with those that touch made one. */
  static List<OffsetRange> joined(List<OffsetRange> ordered) {
    List<OffsetRange> joined = new ArrayList<>();
    for (OffsetRange range : ordered) {
      OffsetRange last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (last != null && last.partition == range.partition && last.to == range.from) {
        joined.set(joined.size() - 1, new OffsetRange(range.partition, last.from, range.to));
      } else {
        joined.add(range);
      }
    }
    return joined;
  }

  @Override
  public String toString() {
    return "partition %d, offsets [%d, %d)".formatted(partition, from, to);
  }
}
