package io.clickledger.lake;

import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * What LandClicks landed, range by range: audit.landings, and the landing commits that are not in
 * it yet. Recording copies them out of the commits' summaries, exactly once: each commit to
 * audit.landings says up to where either table's landings are in it, and follows the one before.
 */
public final class Landings {
  /** The query whose commits are landings. */
  public static final String LAND_CLICKS = "land-clicks";

  static final String QUERY = "record-landings";

  /** The tables that LandClicks lands in. */
  public static final List<TableName> TABLES = List.of(RawClicks.TABLE, RawRejectedClicks.TABLE);

  private static final Comparator<TableName> BY_NAME = Comparator.comparing(TableName::toString);

  private final Table landings;
  private final SortedMap<TableName, Table> tables;

  /**
   * @param landings audit.landings
   * @param tables each of {@link #TABLES}
   */
  public Landings(Table landings, Map<TableName, Table> tables) {
    this.landings = landings;
    this.tables = new TreeMap<>(BY_NAME);
    TABLES.forEach(name -> this.tables.put(name, tables.get(name)));
  }

  /**
   * Writes down the landing commits that are not in audit.landings yet. May run beside itself: what
   * another one recorded meanwhile is left to it.
   *
   * @return how many ranges were added
   */
  public int record() {
    landings.refresh();
    Optional<Recorded> recorded = Recorded.newest(landings, QUERY);
    End before = recorded.map(Recorded::to).map(End::parse).orElse(End.NOTHING);
    Unrecorded unrecorded = unrecordedSince(before);
    if (unrecorded.end().equals(before)) {
      return 0;
    }
    List<Record> rows = unrecorded.ranges().stream().map(this::row).toList();
    Instant through =
        unrecorded.ranges().stream()
            .map(Landing::landedAt)
            .reduce(
                recorded.map(Recorded::landedThrough).orElse(Instant.EPOCH),
                (one, other) -> one.isAfter(other) ? one : other);
    try {
      new PositionedAppend(
              QUERY,
              landings.uuid().toString(),
              recorded.map(Recorded::to),
              unrecorded.end().toString(),
              through,
              Map.of())
          .commit(landings, RecordFiles.write(landings, "landings", rows));
      return rows.size();
    } catch (PositionConflictException e) {
      return 0;
    }
  }

  /**
   * The landed ranges that one snapshot of audit.landings does not have: with its rows they are
   * every landed range, each once.
   *
   * @param snapshotId the snapshot of audit.landings
   */
  public record Pending(long snapshotId, List<Landing> ranges) {
    public Pending {
      ranges = List.copyOf(ranges);
    }
  }

  /** The ranges still to be recorded. */
  public Pending pending() {
    while (true) {
      landings.refresh();
      Snapshot read = landings.currentSnapshot();
      End before =
          Recorded.newest(landings, QUERY).map(Recorded::to).map(End::parse).orElse(End.NOTHING);
      List<Landing> ranges = unrecordedSince(before).ranges();
      landings.refresh();
      // Recorded and expired while we looked: then neither place had them.
      if (landings.currentSnapshot().snapshotId() == read.snapshotId()) {
        return new Pending(read.snapshotId(), ranges);
      }
    }
  }

  /** Up to where the table's landings are recorded, as the landing commits say it. */
  Optional<String> recordedEnd(TableName table) {
    landings.refresh();
    return Recorded.newest(landings, QUERY)
        .map(Recorded::to)
        .map(End::parse)
        .map(end -> end.of().get(table));
  }

  private Unrecorded unrecordedSince(End before) {
    SortedMap<TableName, List<Snapshot>> commits = new TreeMap<>(BY_NAME);
    SortedMap<TableName, String> ends = new TreeMap<>(BY_NAME);
    ends.putAll(before.of());
    tables.forEach(
        (name, table) -> {
          table.refresh();
          List<Snapshot> since = since(table, before.of().get(name));
          commits.put(name, since);
          if (!since.isEmpty()) {
            ends.put(name, since.get(since.size() - 1).summary().get(Recorded.TO));
          }
        });
    SortedMap<Integer, Long> beginning = new TreeMap<>();
    if (commits.values().stream().flatMap(List::stream).anyMatch(Landings::isFirst)) {
      beginning.putAll(beginning(commits));
    }
    List<Landing> ranges = new ArrayList<>();
    commits.forEach(
        (name, since) -> since.forEach(commit -> ranges.addAll(ranges(name, commit, beginning))));
    return new Unrecorded(ranges, new End(ends));
  }

  /** Landing commits of the table after the one that ends there, oldest first. */
  private static List<Snapshot> since(Table table, String end) {
    List<Snapshot> since = new ArrayList<>();
    if (table.currentSnapshot() != null) {
      for (Snapshot commit :
          SnapshotUtil.ancestorsOf(table.currentSnapshot().snapshotId(), table::snapshot)) {
        if (isLanding(commit)) {
          if (commit.summary().get(Recorded.TO).equals(end)) {
            break;
          }
          since.add(commit);
        }
      }
    }
    Collections.reverse(since);
    return since;
  }

  static boolean isLanding(Snapshot commit) {
    return LAND_CLICKS.equals(commit.summary().get(Recorded.QUERY));
  }

  private static boolean isFirst(Snapshot landing) {
    return !landing.summary().containsKey(Recorded.FROM);
  }

  /**
   * Where landing began. A table's first commit does not say it, and either table's first rows may
   * have come late, so it is the least coordinate that any first commit holds, of both tables.
   */
  private SortedMap<Integer, Long> beginning(SortedMap<TableName, List<Snapshot>> commits) {
    SortedMap<Integer, Long> beginning = new TreeMap<>();
    recordedRanges().forEach(range -> beginning.merge(range.partition(), range.from(), Math::min));
    commits.forEach(
        (name, since) ->
            since.stream()
                .filter(Landings::isFirst)
                .forEach(
                    first ->
                        coordinates(tables.get(name), first)
                            .forEach(
                                (partition, found) ->
                                    beginning.merge(partition, found.least(), Math::min))));
    return beginning;
  }

  private List<Landing> ranges(
      TableName name, Snapshot commit, SortedMap<Integer, Long> beginning) {
    Map<String, String> summary = commit.summary();
    KafkaPosition to = KafkaPosition.parse(summary.get(Recorded.TO));
    // Where another topic was accepted, its own offsets begin; those before are of the one before.
    Optional<KafkaPosition> from =
        summary.containsKey(Recorded.PREVIOUS_SOURCE)
            ? Optional.of(KafkaPosition.of(Map.of()))
            : Optional.ofNullable(summary.get(Recorded.FROM)).map(KafkaPosition::parse);
    KafkaPosition rows =
        Optional.ofNullable(summary.get(Recorded.ROWS))
            .map(KafkaPosition::parse)
            .orElseGet(() -> rows(tables.get(name), commit));
    Optional<KafkaPosition> gap =
        Optional.ofNullable(summary.get(Recorded.ACCEPTED_GAP)).map(KafkaPosition::parse);
    List<Landing> ranges = new ArrayList<>();
    to.next()
        .forEach(
            (partition, end) -> {
              long start =
                  from.map(position -> position.of(partition))
                      .orElseGet(() -> beginning.getOrDefault(partition, end));
              if (start < end) {
                ranges.add(
                    new Landing(
                        name,
                        commit.snapshotId(),
                        summary.get(Recorded.SOURCE),
                        partition,
                        start,
                        end,
                        rows.of(partition),
                        Instant.parse(summary.get(Recorded.LANDED_THROUGH)),
                        gap.map(g -> Math.max(0, Math.min(g.of(partition), end) - start))
                            .orElse(0L)));
              }
            });
    return ranges;
  }

  /** Rows by partition, counted: commits of before they said so themselves. */
  private static KafkaPosition rows(Table table, Snapshot commit) {
    return KafkaPosition.of(
        coordinates(table, commit).entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().rows())));
  }

  private record Found(long rows, long least) {
    Found and(Found other) {
      return new Found(rows + other.rows, Math.min(least, other.least));
    }
  }

  private static SortedMap<Integer, Found> coordinates(Table table, Snapshot commit) {
    SortedMap<Integer, Found> found = new TreeMap<>();
    SnapshotChanges changes = SnapshotChanges.builderFor(table).snapshot(commit).build();
    for (DataFile file : changes.addedDataFiles()) {
      RecordFiles.read(
          table,
          file,
          List.of(RawClicks.KAFKA_PARTITION, RawClicks.KAFKA_OFFSET),
          row ->
              found.merge(
                  (Integer) row.getField(RawClicks.KAFKA_PARTITION),
                  new Found(1, (Long) row.getField(RawClicks.KAFKA_OFFSET)),
                  Found::and));
    }
    return found;
  }

  private List<Landing> recordedRanges() {
    try (CloseableIterable<Record> rows = IcebergGenerics.read(landings).build()) {
      List<Landing> ranges = new ArrayList<>();
      rows.forEach(row -> ranges.add(range(row)));
      return ranges;
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + AuditLandings.TABLE, e);
    }
  }

  private static Landing range(Record row) {
    Long gap = (Long) row.getField(AuditLandings.ACCEPTED_GAP);
    return new Landing(
        TableName.of((String) row.getField(AuditLandings.TABLE_NAME)),
        (Long) row.getField(AuditLandings.SNAPSHOT_ID),
        (String) row.getField(AuditLandings.TOPIC_ID),
        (Integer) row.getField(AuditLandings.KAFKA_PARTITION),
        (Long) row.getField(AuditLandings.FROM_OFFSET),
        (Long) row.getField(AuditLandings.TO_OFFSET),
        (Long) row.getField(AuditLandings.LANDED_ROWS),
        ((OffsetDateTime) row.getField(AuditLandings.LANDED_AT)).toInstant(),
        gap == null ? 0 : gap);
  }

  private Record row(Landing range) {
    Record row = RecordFiles.row(landings);
    row.setField(AuditLandings.TABLE_NAME, range.table().toString());
    row.setField(AuditLandings.SNAPSHOT_ID, range.snapshotId());
    row.setField(AuditLandings.TOPIC_ID, range.topicId());
    row.setField(AuditLandings.KAFKA_PARTITION, range.partition());
    row.setField(AuditLandings.FROM_OFFSET, range.from());
    row.setField(AuditLandings.TO_OFFSET, range.to());
    row.setField(AuditLandings.LANDED_ROWS, range.rows());
    row.setField(AuditLandings.LANDED_AT, range.landedAt().atOffset(ZoneOffset.UTC));
    row.setField(AuditLandings.ACCEPTED_GAP, range.acceptedGap() == 0 ? null : range.acceptedGap());
    return row;
  }

  private record Unrecorded(List<Landing> ranges, End end) {}

  /**
   * Up to where each table's landings are recorded, by the text in which its landing commits say
   * where they end. Written as JSON, tables in order.
   */
  private record End(SortedMap<TableName, String> of) {
    static final End NOTHING = new End(new TreeMap<>(BY_NAME));

    private static final Pattern ENTRY = Pattern.compile("\"([a-z_.]+)\":(\\{[^}]*})");

    static End parse(String json) {
      SortedMap<TableName, String> of = new TreeMap<>(BY_NAME);
      Matcher entry = ENTRY.matcher(json);
      while (entry.find()) {
        of.put(TableName.of(entry.group(1)), entry.group(2));
      }
      return new End(of);
    }

    @Override
    public String toString() {
      return of.entrySet().stream()
          .map(e -> "\"" + e.getKey() + "\":" + e.getValue())
          .collect(Collectors.joining(",", "{", "}"));
    }
  }
}
