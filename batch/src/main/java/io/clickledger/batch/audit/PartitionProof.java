package io.clickledger.batch.audit;

import io.clickledger.lake.Landing;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.TableName;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of the offsets of one Kafka partition.
 *
 * @param clicks rows of raw.clicks
 * @param rejected rows of raw.rejected_clicks
 * @param acceptedGap offsets that Kafka had lost and a person accepted to go on without
 * @param expired offsets whose rows retention has deleted since
 * @param markers offsets that hold no record: ends of transactions, and what was aborted
 * @param missing offsets that nothing explains
 * @param holes what is wrong, one sentence each; empty where nothing is
 */
record PartitionProof(
    OffsetRange range,
    long clicks,
    long rejected,
    long acceptedGap,
    long expired,
    long markers,
    long missing,
    List<String> holes) {

  static final String HEADER =
      "%9s %14s %14s %12s = %12s + %10s + %8s + %8s + %8s + %8s  %s"
          .formatted(
              "partition",
              "first",
              "end",
              "offsets",
              "clicks",
              "rejected",
              "accepted",
              "expired",
              "markers",
              "missing",
              "holes");

  PartitionProof {
    holes = List.copyOf(holes);
  }

  /** A line under {@link #HEADER}. */
  @Override
  public String toString() {
    return "%9d %14d %14d %12d = %12d + %10d + %8d + %8d + %8d + %8d  %s"
        .formatted(
            range.partition(),
            range.from(),
            range.to(),
            range.size(),
            clicks,
            rejected,
            acceptedGap,
            expired,
            markers,
            missing,
            holes.isEmpty() ? "none" : holes.size());
  }

  /** A proof while it is put together. */
  static final class Account {
    private final OffsetRange range;
    private final List<String> holes = new ArrayList<>();
    private long clicks;
    private long rejected;
    private long acceptedGap;
    private long expired;
    private long markers;
    private long missing;
    private long doubled;

    Account(OffsetRange range) {
      this.range = range;
    }

    /** Whether the range has all of the landing's offsets. */
    boolean covers(Landing landing) {
      return landing.from() >= range.from() && landing.to() <= range.to();
    }

    void landed(TableName table, long rows) {
      if (table.equals(RawClicks.TABLE)) {
        clicks += rows;
      } else {
        rejected += rows;
      }
    }

    void accepted(long offsets) {
      acceptedGap += offsets;
    }

    void expired(long offsets) {
      expired += offsets;
    }

    void markers(long offsets) {
      markers += offsets;
    }

    void missing(OffsetRange lost, String hole) {
      missing += lost.size();
      holes.add(hole);
    }

    void twice(long offset, String one, String other) {
      doubled++;
      holes.add(
          "%s: twice, in %s and in %s"
              .formatted(new OffsetRange(range.partition(), offset, offset + 1), one, other));
    }

    void hole(String hole) {
      holes.add(hole);
    }

    PartitionProof close() {
      long accounted = clicks + rejected - doubled + acceptedGap + expired + markers + missing;
      if (accounted != range.size()) {
        holes.add("%s: %d are accounted for".formatted(range, accounted));
      }
      return new PartitionProof(
          range, clicks, rejected, acceptedGap, expired, markers, missing, holes);
    }
  }
}
