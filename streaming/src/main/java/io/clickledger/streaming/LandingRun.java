package io.clickledger.streaming;

import io.clickledger.lake.RawPosition;
import io.clickledger.lake.Recorded;
import io.clickledger.schemas.RawClicks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A run of landing commits of raw.clicks. What else happens to the table (compaction, retention,
 * erasure) is none, so it is never counted.
 *
 * @param after the snapshot that the run begins after; empty for the table's beginning
 * @param last the run's newest landing
 * @param clicks how many rows landed in the run
 * @param rulesVersions under which fraud rules they landed
 */
record LandingRun(Optional<Long> after, Recorded last, long clicks, Set<String> rulesVersions) {

  /**
   * The landings of the table as it is now that came after the position, oldest first, cut into
   * runs of at most so many rows (or of one landing that has more).
   *
   * @param counted the newest landing that is counted; empty for none
   * @throws IllegalStateException where the table has expired the snapshots in between
   */
  static List<LandingRun> since(Optional<RawPosition> counted, Table raw, long mostRows) {
    List<LandingRun> runs = new ArrayList<>();
    Optional<Long> after = counted.map(RawPosition::snapshotId);
    Optional<Recorded> last = Optional.empty();
    long rows = 0;
    Set<String> versions = new HashSet<>();
    for (Snapshot landing : landings(counted, raw)) {
      long added = rows(landing);
      if (last.isPresent() && rows + added > mostRows) {
        runs.add(new LandingRun(after, last.get(), rows, Set.copyOf(versions)));
        after = last.map(Recorded::snapshotId);
        rows = 0;
        versions.clear();
      }
      rows += added;
      last = Recorded.of(landing);
      last.flatMap(Recorded::rulesVersion).ifPresent(versions::add);
    }
    if (last.isPresent()) {
      runs.add(new LandingRun(after, last.get(), rows, Set.copyOf(versions)));
    }
    return runs;
  }

  /** What landed after the position, of the table as it is now. */
  static Backlog backlog(Optional<RawPosition> counted, Table raw) {
    List<Snapshot> landings = landings(counted, raw);
    return new Backlog(
        landings.stream().mapToLong(LandingRun::rows).sum(),
        landings.stream()
            .filter(landing -> rows(landing) > 0)
            .findFirst()
            .flatMap(Recorded::of)
            .map(Recorded::landedThrough));
  }

  /** Oldest first. */
  private static List<Snapshot> landings(Optional<RawPosition> counted, Table raw) {
    List<Snapshot> landings = new ArrayList<>();
    Snapshot snapshot = raw.currentSnapshot();
    while (snapshot != null && !isAt(counted, snapshot)) {
      if (Recorded.of(snapshot).isPresent()) {
        landings.add(snapshot);
      }
      Long parent = snapshot.parentId();
      snapshot = parent == null ? null : raw.snapshot(parent);
      if (snapshot == null && (parent != null || counted.isPresent())) {
        throw new IllegalStateException(
            "raw.clicks is counted to snapshot %s, but has no snapshot before %d any more: rebuild live.clicks_by_minute from raw.clicks"
                .formatted(counted.map(RawPosition::snapshotId).orElse(null), parent));
      }
    }
    Collections.reverse(landings);
    return landings;
  }

  private static boolean isAt(Optional<RawPosition> position, Snapshot snapshot) {
    return position.isPresent() && position.get().snapshotId() == snapshot.snapshotId();
  }

  private static long rows(Snapshot landing) {
    return PropertyUtil.propertyAsLong(landing.summary(), SnapshotSummary.ADDED_RECORDS_PROP, 0);
  }

  /** Rows that landed in the run, as they landed. */
  Dataset<Row> rows(SparkSession spark) {
    var read = spark.read();
    after.ifPresentOrElse(
        start ->
            read.option(SparkReadOptions.START_SNAPSHOT_ID, start)
                .option(SparkReadOptions.END_SNAPSHOT_ID, last.snapshotId()),
        () -> read.option(SparkReadOptions.SNAPSHOT_ID, last.snapshotId()));
    return read.table(RawClicks.TABLE.toString());
  }
}
