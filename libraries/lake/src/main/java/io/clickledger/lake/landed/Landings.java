package io.clickledger.lake.landed;

import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.KafkaPosition;
import io.clickledger.lake.commit.PositionConflictException;
import io.clickledger.lake.commit.PositionedAppend;
import io.clickledger.lake.commit.QueryNames;
import io.clickledger.lake.commit.RecordFiles;
import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * The landed ranges of LandClicks: the rows of audit.landings, and the landing commits that are not
 * recorded there yet. Recording copies ranges from the summaries of commits exactly once: each
 * commit to audit.landings names the newest recorded landing of both raw tables and must follow the
 * commit before it.
 */
public final class Landings {
  /** The tables that LandClicks lands in. */
  public static final List<TableName> TABLES = List.of(RawClicks.TABLE, RawRejectedClicks.TABLE);

  private final Table landings;
  private final SortedMap<TableName, Table> tables;

  /**
   * @param landings audit.landings
   * @param tables each of {@link #TABLES}
   */
  public Landings(Table landings, Map<TableName, Table> tables) {
    this.landings = landings;
    this.tables = new TreeMap<>();
    TABLES.forEach(name -> this.tables.put(name, tables.get(name)));
  }

  /** The landings of a lake whose tables are loaded by this function. */
  public static Landings of(Function<TableName, Table> lake) {
    return new Landings(
        lake.apply(AuditLandings.TABLE),
        TABLES.stream().collect(Collectors.toMap(Function.identity(), lake)));
  }

  /**
   * Records the landing commits that are not in audit.landings yet. May run concurrently: what
   * another process records meanwhile is not recorded again.
   *
   * @return how many ranges were added
   */
  public int record() {
    landings.refresh();
    Optional<CommittedPosition> recorded = recorded();
    RecordedEnd before = end(recorded);
    Unrecorded unrecorded;
    try {
      unrecorded = unrecordedSince(before);
    } catch (RecordedMeanwhileException e) {
      if (isNewest(recorded)) {
        throw e;
      }
      return 0;
    }
    if (unrecorded.end().equals(before)) {
      return 0;
    }
    List<Record> rows = unrecorded.ranges().stream().map(this::row).toList();
    Instant through =
        unrecorded.ranges().stream()
            .map(LandedRange::landedAt)
            .reduce(
                recorded.map(CommittedPosition::landedThrough).orElse(Instant.EPOCH),
                (one, other) -> one.isAfter(other) ? one : other);
    try {
      new PositionedAppend(
              QueryNames.RECORD_LANDINGS,
              landings.uuid().toString(),
              recorded.map(CommittedPosition::to).map(RecordedEnd::parse),
              unrecorded.end(),
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
  public record Pending(long snapshotId, List<LandedRange> ranges) {
    public Pending {
      ranges = List.copyOf(ranges);
    }
  }

  /** The ranges still to be recorded. */
  public Pending pending() {
    while (true) {
      landings.refresh();
      Snapshot read = landings.currentSnapshot();
      RecordedEnd before = end(recorded());
      List<LandedRange> ranges;
      try {
        ranges = unrecordedSince(before).ranges();
      } catch (RecordedMeanwhileException e) {
        landings.refresh();
        if (landings.currentSnapshot().snapshotId() == read.snapshotId()) {
          throw e;
        }
        continue;
      }
      landings.refresh();
      // Ranges may be recorded and their snapshots expired during the read, so that they were in
      // neither place.
      if (landings.currentSnapshot().snapshotId() == read.snapshotId()) {
        return new Pending(read.snapshotId(), ranges);
      }
    }
  }

  private Optional<CommittedPosition> recorded() {
    return CommittedPosition.newest(landings, QueryNames.RECORD_LANDINGS);
  }

  private static RecordedEnd end(Optional<CommittedPosition> recorded) {
    return recorded.map(CommittedPosition::to).map(RecordedEnd::parse).orElse(RecordedEnd.NOTHING);
  }

  private boolean isNewest(Optional<CommittedPosition> recorded) {
    landings.refresh();
    return recorded().equals(recorded);
  }

  /** The newest landing commit of the table that is recorded; empty where none is. */
  public OptionalLong recordedEnd(TableName table) {
    landings.refresh();
    return end(recorded()).of(table);
  }

  private Unrecorded unrecordedSince(RecordedEnd before) {
    SortedMap<TableName, Long> ends = new TreeMap<>(before.snapshotIds());
    List<LandedRange> ranges = new ArrayList<>();
    tables.forEach(
        (name, table) -> {
          table.refresh();
          OptionalLong recorded = before.of(name);
          List<Snapshot> since = since(table, recorded);
          KafkaPosition position = recorded.isPresent() ? end(table, recorded.getAsLong()) : null;
          for (Snapshot commit : since) {
            KafkaPosition to = CommittedPosition.advanced(position, commit);
            // The first commit of a table only records where landing starts.
            ranges.addAll(ranges(name, commit, position == null ? to : position, to));
            position = to;
            ends.put(name, commit.snapshotId());
          }
        });
    return new Unrecorded(ranges, new RecordedEnd(ends));
  }

  /** Landing commits of the table after this one, oldest first. */
  private static List<Snapshot> since(Table table, OptionalLong recorded) {
    List<Snapshot> since = new ArrayList<>();
    if (table.currentSnapshot() != null) {
      for (Snapshot commit :
          SnapshotUtil.ancestorsOf(table.currentSnapshot().snapshotId(), table::snapshot)) {
        if (recorded.isPresent() && commit.snapshotId() == recorded.getAsLong()) {
          break;
        }
        if (isLanding(commit)) {
          since.add(commit);
        }
      }
    }
    Collections.reverse(since);
    return since;
  }

  public static boolean isLanding(Snapshot commit) {
    return CommittedPosition.isOf(QueryNames.LAND_CLICKS, commit);
  }

  /**
   * Where a recorded landing ends.
   *
   * @throws RecordedMeanwhileException where its snapshot has expired
   */
  private static KafkaPosition end(Table table, long snapshotId) {
    Snapshot commit = table.snapshot(snapshotId);
    if (commit == null) {
      throw new RecordedMeanwhileException(table, snapshotId);
    }
    return CommittedPosition.of(table, commit)
        .map(CommittedPosition::to)
        .map(KafkaPosition::parse)
        .orElseThrow();
  }

  /**
   * Another process recorded more landings and expired the snapshots of the newest recorded ones.
   */
  private static final class RecordedMeanwhileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RecordedMeanwhileException(Table table, long snapshotId) {
      super(
          "landing %d of %s is recorded last, and its snapshot is gone"
              .formatted(snapshotId, table.name()));
    }
  }

  private static List<LandedRange> ranges(
      TableName name, Snapshot commit, KafkaPosition before, KafkaPosition to) {
    Map<String, String> summary = commit.summary();
    // Where another topic was accepted, its own offsets begin.
    KafkaPosition from =
        summary.containsKey(CommittedPosition.PREVIOUS_SOURCE)
            ? KafkaPosition.of(Map.of())
            : before;
    KafkaPosition rows = KafkaPosition.parse(summary.get(CommittedPosition.ROWS));
    KafkaPosition gap =
        KafkaPosition.parse(summary.getOrDefault(CommittedPosition.ACCEPTED_GAP, ""));
    List<LandedRange> ranges = new ArrayList<>();
    to.next()
        .forEach(
            (partition, end) -> {
              long start = from.of(partition);
              if (start < end) {
                ranges.add(
                    new LandedRange(
                        name,
                        commit.snapshotId(),
                        summary.get(CommittedPosition.SOURCE),
                        partition,
                        start,
                        end,
                        rows.of(partition),
                        Instant.parse(summary.get(CommittedPosition.LANDED_THROUGH)),
                        Math.max(0, Math.min(gap.of(partition), end) - start)));
              }
            });
    return ranges;
  }

  private Record row(LandedRange range) {
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

  private record Unrecorded(List<LandedRange> ranges, RecordedEnd end) {}
}
