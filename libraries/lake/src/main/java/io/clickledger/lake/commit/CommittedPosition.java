package io.clickledger.lake.commit;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * The position that the newest commit of a streaming query records in its summary. It is the
 * query's true checkpoint, because it becomes visible atomically with the rows.
 *
 * @param snapshotId the commit
 * @param source identity of the source: a Kafka topic id or the UUID of a table
 * @param to position in the source up to which rows are in the table, as the query writes it
 * @param landedThrough greatest landed_at among the rows up to {@code to}
 * @param rulesVersion version of the fraud rules in force; empty where the commit does not say
 * @param dedupWindow how long a click_id is remembered for duplicates; empty where the commit does
 *     not say
 */
public record CommittedPosition(
    long snapshotId,
    String source,
    String to,
    Instant landedThrough,
    Optional<String> rulesVersion,
    Optional<Duration> dedupWindow) {
  public static final String QUERY = "clickledger.query";
  public static final String SOURCE = "clickledger.source";
  public static final String TO = "clickledger.to";

  /**
   * Instead of {@link #TO}: by Kafka partition, how many offsets were read since the query's
   * previous commit. So idle partitions need no space in the summary.
   */
  static final String ADVANCE = "clickledger.advance";

  public static final String LANDED_THROUGH = "clickledger.landed-through";

  /** How many rows the commit added of each Kafka partition, as {@link KafkaPosition} writes. */
  public static final String ROWS = "clickledger.rows";

  /** Up to where a person accepted that records are lost, as {@link KafkaPosition} writes. */
  public static final String ACCEPTED_GAP = "clickledger.accepted-gap";

  /** Why a person decided so. */
  public static final String REASON = "clickledger.reason";

  /**
   * The source before, where a person accepted that the source is another one from this commit on.
   */
  public static final String PREVIOUS_SOURCE = "clickledger.previous-source";

  /** Version of the fraud rules in force. */
  public static final String RULES_VERSION = "clickledger.rules-version";

  /** How long a click_id is remembered for duplicates, as {@link Duration} writes. */
  public static final String DEDUP_WINDOW = "clickledger.dedup-window";

  /**
   * The newest commit of the query on the table's main branch; empty for a table that never had
   * one.
   *
   * @throws IllegalStateException where the table has rows but no commit of the query is left that
   *     records a position
   */
  public static Optional<CommittedPosition> newest(Table table, String query) {
    if (table.currentSnapshot() == null) {
      return Optional.empty();
    }
    Optional<CommittedPosition> newest =
        in(SnapshotUtil.ancestorsOf(table.currentSnapshot().snapshotId(), table::snapshot), query);
    if (newest.isEmpty() && rows(table.currentSnapshot()) > 0) {
      throw new IllegalStateException(
          "table %s has %d rows but none of its snapshots says how far %s had read"
              .formatted(table.name(), rows(table.currentSnapshot()), query));
    }
    return newest;
  }

  /** What one commit records, where it is one of a streaming query's. */
  public static Optional<CommittedPosition> of(Table table, Snapshot snapshot) {
    return Optional.ofNullable(snapshot.summary().get(QUERY))
        .flatMap(
            query -> in(SnapshotUtil.ancestorsOf(snapshot.snapshotId(), table::snapshot), query));
  }

  /** True for a commit of the query. */
  public static boolean isOf(String query, Snapshot snapshot) {
    return query.equals(snapshot.summary().get(QUERY));
  }

  /** True for a commit that records its whole position. */
  public static boolean isWhole(Snapshot snapshot) {
    return snapshot.summary().containsKey(TO);
  }

  /** Where a commit of a topic ends, given where the query's commit before it ended. */
  public static KafkaPosition advanced(KafkaPosition before, Snapshot commit) {
    return isWhole(commit)
        ? KafkaPosition.parse(commit.summary().get(TO))
        : before.plus(KafkaPosition.parse(commit.summary().get(ADVANCE)));
  }

  static Optional<CommittedPosition> in(Iterable<Snapshot> newestFirst, String query) {
    Snapshot newest = null;
    KafkaPosition advance = KafkaPosition.of(Map.of());
    for (Snapshot snapshot : newestFirst) {
      if (isOf(query, snapshot)) {
        newest = newest == null ? snapshot : newest;
        Map<String, String> summary = snapshot.summary();
        if (isWhole(snapshot)) {
          return Optional.of(
              recorded(
                  newest,
                  snapshot == newest ? Optional.empty() : Optional.of(advance),
                  summary.get(TO)));
        }
        advance = advance.plus(KafkaPosition.parse(summary.get(ADVANCE)));
      }
    }
    if (newest != null) {
      throw new IllegalStateException(
          "snapshot %d says how far %s had read since an earlier commit, and that one is gone"
              .formatted(newest.snapshotId(), query));
    }
    return Optional.empty();
  }

  private static CommittedPosition recorded(
      Snapshot newest, Optional<KafkaPosition> advance, String whole) {
    Map<String, String> summary = newest.summary();
    return new CommittedPosition(
        newest.snapshotId(),
        summary.get(SOURCE),
        advance.map(read -> KafkaPosition.parse(whole).plus(read).toString()).orElse(whole),
        Instant.parse(summary.get(LANDED_THROUGH)),
        Optional.ofNullable(summary.get(RULES_VERSION)),
        Optional.ofNullable(summary.get(DEDUP_WINDOW)).map(Duration::parse));
  }

  private static long rows(Snapshot snapshot) {
    return Long.parseLong(snapshot.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0"));
  }
}
