package io.clickledger.lake;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * What the newest commit of a streaming query says in its summary: how far its source was read. It
 * is the query's real checkpoint, because it becomes visible in the same instant as the rows.
 *
 * @param snapshotId the commit
 * @param source identity of the source: a Kafka topic id or the UUID of a table
 * @param to position in the source up to which rows are in the table, as the query writes it
 * @param landedThrough greatest landed_at among the rows up to {@code to}
 * @param rulesVersion version of the fraud rules in force; empty where the commit does not say
 */
public record Recorded(
    long snapshotId,
    String source,
    String to,
    Instant landedThrough,
    Optional<String> rulesVersion) {
  static final String QUERY = "clickledger.query";
  static final String SOURCE = "clickledger.source";
  static final String FROM = "clickledger.from";
  static final String TO = "clickledger.to";
  static final String LANDED_THROUGH = "clickledger.landed-through";

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

  /**
   * The newest commit of the query on the table's main branch; empty for a table that never had
   * one.
   *
   * @throws IllegalStateException where the table has rows but no commit of the query is left to
   *     tell from where to go on
   */
  public static Optional<Recorded> newest(Table table, String query) {
    if (table.currentSnapshot() == null) {
      return Optional.empty();
    }
    Optional<Recorded> newest =
        in(SnapshotUtil.ancestorsOf(table.currentSnapshot().snapshotId(), table::snapshot), query);
    if (newest.isEmpty() && rows(table.currentSnapshot()) > 0) {
      throw new IllegalStateException(
          "table %s has %d rows but none of its snapshots says how far %s had read"
              .formatted(table.name(), rows(table.currentSnapshot()), query));
    }
    return newest;
  }

  /** What one commit records, where it is one of a streaming query's. */
  public static Optional<Recorded> of(Snapshot snapshot) {
    return Optional.ofNullable(snapshot.summary().get(QUERY))
        .map(query -> parse(snapshot.snapshotId(), snapshot.summary()));
  }

  static Optional<Recorded> in(Iterable<Snapshot> newestFirst, String query) {
    for (Snapshot snapshot : newestFirst) {
      if (query.equals(snapshot.summary().get(QUERY))) {
        return of(snapshot);
      }
    }
    return Optional.empty();
  }

  private static Recorded parse(long snapshotId, Map<String, String> summary) {
    return new Recorded(
        snapshotId,
        summary.get(SOURCE),
        summary.get(TO),
        Instant.parse(summary.get(LANDED_THROUGH)),
        Optional.ofNullable(summary.get(RULES_VERSION)));
  }

  private static long rows(Snapshot snapshot) {
    return Long.parseLong(snapshot.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0"));
  }
}
