package io.clickledger.benchmarks.throughput;

import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.KafkaPosition;
import io.clickledger.lake.commit.QueryNames;
import io.clickledger.sandbox.driver.IcebergLake;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.LiveFlaggedClicks;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/** The lake by its commits: positions, batches and sums. */
final class Lake implements AutoCloseable {
  private static final String QUERY = "clickledger.query";
  private static final String LANDED_THROUGH = "clickledger.landed-through";

  private final IcebergLake tables;
  private final Table clicks;
  private final Table rejected;
  private final Table live;
  private final Table flagged;

  /** One commit of a query: when, how many rows it added, and the newest landing it has. */
  record Batch(Instant at, long rows, Instant landedThrough) {}

  /** Sums over all rows of live.clicks_by_minute. */
  record Counted(long rows, long gross, long duplicates) {}

  Lake(Map<String, String> properties) {
    tables = new IcebergLake(properties);
    clicks = tables.table(RawClicks.TABLE);
    rejected = tables.table(RawRejectedClicks.TABLE);
    live = tables.table(LiveClicksByMinute.TABLE);
    flagged = tables.table(LiveFlaggedClicks.TABLE);
  }

  Table clicks() {
    return clicks;
  }

  Table rejected() {
    return rejected;
  }

  Table live() {
    return live;
  }

  Table flagged() {
    return flagged;
  }

  void refresh() {
    List.of(clicks, rejected, live).forEach(Table::refresh);
  }

  /** Whether both raw tables say that they have all records before these offsets. */
  boolean hasLanded(Map<Integer, Long> ends) {
    return reaches(clicks, ends) && reaches(rejected, ends);
  }

  private static boolean reaches(Table table, Map<Integer, Long> ends) {
    return CommittedPosition.newest(table, QueryNames.LAND_CLICKS)
        .map(landed -> KafkaPosition.parse(landed.to()).covers(KafkaPosition.of(ends)))
        .orElse(false);
  }

  /** Whether the live table says that it has counted the newest landing. */
  boolean hasCounted() {
    Optional<Instant> landed = newest(clicks).map(Lake::landedThrough);
    return landed.isPresent() && newest(live).map(Lake::landedThrough).equals(landed);
  }

  private static Instant landedThrough(Snapshot snapshot) {
    return Instant.parse(snapshot.summary().get(LANDED_THROUGH));
  }

  /** The newest commit of a streaming query. */
  private static Optional<Snapshot> newest(Table table) {
    return StreamSupport.stream(table.snapshots().spliterator(), false)
        .filter(snapshot -> snapshot.summary().containsKey(QUERY))
        .reduce((older, newer) -> newer);
  }

  /** What LandClicks committed, oldest first. */
  List<Batch> landings() {
    return batches(clicks);
  }

  /** What CountClicks committed, oldest first. */
  List<Batch> countings() {
    return batches(live);
  }

  private static List<Batch> batches(Table table) {
    return StreamSupport.stream(table.snapshots().spliterator(), false)
        .filter(snapshot -> snapshot.summary().containsKey(QUERY))
        .map(
            snapshot ->
                new Batch(
                    Instant.ofEpochMilli(snapshot.timestampMillis()),
                    Long.parseLong(
                        snapshot.summary().getOrDefault(SnapshotSummary.ADDED_RECORDS_PROP, "0")),
                    landedThrough(snapshot)))
        // The first commit says where landing begins, and has no rows.
        .filter(batch -> batch.rows() > 0)
        .toList();
  }

  long landedRows() {
    return rows(clicks);
  }

  long rejectedRows() {
    return rows(rejected);
  }

  private static long rows(Table table) {
    return Optional.ofNullable(table.currentSnapshot())
        .map(s -> Long.parseLong(s.summary().getOrDefault("total-records", "0")))
        .orElse(0L);
  }

  /** Reads the live table. */
  Counted counted() throws IOException {
    long rows = 0;
    long gross = 0;
    long duplicates = 0;
    try (CloseableIterable<Record> partials =
        IcebergGenerics.read(live)
            .select(ClickMeasures.GROSS_CLICKS, ClickMeasures.DUPLICATE_CLICKS)
            .build()) {
      for (Record partial : partials) {
        rows++;
        gross += (Long) partial.getField(ClickMeasures.GROSS_CLICKS);
        duplicates += (Long) partial.getField(ClickMeasures.DUPLICATE_CLICKS);
      }
    }
    return new Counted(rows, gross, duplicates);
  }

  /** Files and bytes that the tables' newest snapshots have. */
  String size() {
    return "%s; %s; live %s"
        .formatted(size("raw", clicks), size("rejected", rejected), size("", live).strip());
  }

  private static String size(String name, Table table) {
    Map<String, String> summary =
        table.currentSnapshot() == null ? Map.of() : table.currentSnapshot().summary();
    return "%s %s rows, %s files, %d MiB"
        .formatted(
            name,
            summary.getOrDefault("total-records", "0"),
            summary.getOrDefault("total-data-files", "0"),
            Long.parseLong(summary.getOrDefault("total-files-size", "0")) >> 20);
  }

  @Override
  public void close() throws IOException {
    tables.close();
  }
}
