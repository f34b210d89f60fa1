package io.clickledger.streaming.count;

import io.clickledger.lake.commit.RawPosition;
import io.clickledger.lake.landed.LandingCommit;
import io.clickledger.schemas.RawClicks;
import io.clickledger.streaming.query.Backlog;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Consecutive landing commits of raw.clicks. Other commits (compaction, retention, erasure) are not
 * landings and are never counted.
 *
 * @param after the snapshot before the group's first landing; empty for the table's first landing
 * @param last the group's newest landing
 * @param clicks how many rows landed in the group
 * @param rulesVersions versions of the fraud rules that they landed under
 */
record LandingGroup(
    Optional<Long> after, LandingCommit last, long clicks, Set<String> rulesVersions) {

  /**
   * The landings after the position, oldest first, in groups of at most {@code maxRows} rows (or of
   * one larger landing) and of one UTC day, so that the files written for a group lie in partitions
   * of one day.
   *
   * @param counted the newest landing that is counted; empty for none
   * @throws IllegalStateException where the table has expired the snapshots in between
   */
  static List<LandingGroup> since(Optional<RawPosition> counted, Table raw, long maxRows) {
    List<LandingGroup> groups = new ArrayList<>();
    Optional<Long> after = counted.map(RawPosition::snapshotId);
    List<LandingCommit> group = new ArrayList<>();
    long rows = 0;
    for (LandingCommit landing : landings(counted, raw)) {
      if (!group.isEmpty()
          && (rows + landing.rows() > maxRows || !day(last(group)).equals(day(landing)))) {
        groups.add(of(after, group));
        after = Optional.of(last(group).snapshotId());
        group.clear();
        rows = 0;
      }
      group.add(landing);
      rows += landing.rows();
    }
    if (!group.isEmpty()) {
      groups.add(of(after, group));
    }
    return groups;
  }

  private static LandingGroup of(Optional<Long> after, List<LandingCommit> group) {
    return new LandingGroup(
        after,
        last(group),
        group.stream().mapToLong(LandingCommit::rows).sum(),
        group.stream()
            .flatMap(landing -> landing.rulesVersion().stream())
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static LandingCommit last(List<LandingCommit> group) {
    return group.get(group.size() - 1);
  }

  private static Instant day(LandingCommit landing) {
    return landing.landedAt().truncatedTo(ChronoUnit.DAYS);
  }

  /** The backlog after the position in the table's current snapshot. */
  static Backlog backlog(Optional<RawPosition> counted, Table raw) {
    List<LandingCommit> landings = landings(counted, raw);
    return new Backlog(
        landings.stream().mapToLong(LandingCommit::rows).sum(),
        landings.stream()
            .filter(landing -> landing.rows() > 0)
            .findFirst()
            .map(LandingCommit::landedAt));
  }

  /** Oldest first. */
  private static List<LandingCommit> landings(Optional<RawPosition> counted, Table raw) {
    List<LandingCommit> landings = new ArrayList<>();
    Snapshot snapshot = raw.currentSnapshot();
    while (snapshot != null && !isAt(counted, snapshot)) {
      LandingCommit.of(snapshot).ifPresent(landings::add);
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

  /** The rows of the group, as they landed. */
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
