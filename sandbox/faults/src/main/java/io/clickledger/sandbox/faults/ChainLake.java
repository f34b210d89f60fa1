package io.clickledger.sandbox.faults;

import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.KafkaPosition;
import io.clickledger.lake.commit.QueryNames;
import io.clickledger.lake.expire.SnapshotExpiry;
import io.clickledger.sandbox.driver.IcebergLake;
import io.clickledger.sandbox.simulator.oracle.Oracle;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.io.CloseableIterable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lake of a chain through Iceberg's Java API: its positions, its content, and the changes that
 * upkeep makes.
 */
final class ChainLake implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChainLake.class);
  private static final String LAND = "land-clicks";
  private static final Duration NOTHING = Duration.ZERO;

  private final Map<String, String> properties;
  private IcebergLake tables;

  /**
   * @param properties how Iceberg reaches the catalog
   */
  ChainLake(Map<String, String> properties) {
    this.properties = properties;
    this.tables = new IcebergLake(properties);
  }

  private Table table(TableName name) {
    return tables.table(name);
  }

  /** Whether all before these offsets is landed, and all that is landed is counted. */
  boolean hasCaughtUp(KafkaPosition ends) throws IOException {
    try {
      return reaches(newest(RawClicks.TABLE, LAND), ends)
          && reaches(newest(RawRejectedClicks.TABLE, LAND), ends)
          && countedThrough().equals(landedThrough());
    } catch (RuntimeException e) {
      // The catalog may have been unavailable: the answer is unknown yet, and the connection is
      // opened again.
      LOG.info("asking again how far the lake is: {}", e.toString());
      close();
      tables = new IcebergLake(properties);
      return false;
    }
  }

  /** When the newest landing was. */
  Optional<Instant> landedThrough() {
    return newest(RawClicks.TABLE, LAND).map(CommittedPosition::landedThrough);
  }

  /** The newest landing that is counted. */
  Optional<Instant> countedThrough() {
    return newest(LiveClicksByMinute.TABLE, QueryNames.COUNT_CLICKS)
        .map(CommittedPosition::landedThrough);
  }

  private Optional<CommittedPosition> newest(TableName name, String query) {
    return CommittedPosition.newest(table(name), query);
  }

  private static boolean reaches(Optional<CommittedPosition> end, KafkaPosition ends) {
    return end.map(CommittedPosition::to)
        .map(KafkaPosition::parse)
        .filter(to -> to.covers(ends))
        .isPresent();
  }

  /** Expires all snapshots that lake's upkeep lets go. */
  int expire() {
    return new SnapshotExpiry(this::table)
        .run(Instant.now().plusSeconds(1), NOTHING).expired().values().stream()
            .mapToInt(Integer::intValue)
            .sum();
  }

  /**
   * Puts copies in the place of some of raw.clicks' files, as a compaction does.
   *
   * @return how many; none where the stream's commits kept winning, as a compaction may find
   */
  int compact(Random random) throws IOException {
    Table raw = table(RawClicks.TABLE);
    Set<DataFile> old = new HashSet<>();
    Set<DataFile> copies = new HashSet<>();
    try (CloseableIterable<FileScanTask> tasks = raw.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        if (old.size() < 50 && random.nextBoolean()) {
          Path from = Path.of(URI.create(task.file().location()));
          Path to = from.resolveSibling("compacted-" + UUID.randomUUID() + ".parquet");
          Files.copy(from, to);
          old.add(task.file());
          copies.add(
              DataFiles.builder(raw.spec())
                  .copy(task.file())
                  .withPath(to.toUri().toString())
                  .build());
        }
      }
    }
    if (!old.isEmpty()) {
      RewriteFiles rewrite = raw.newRewrite();
      rewrite.validateFromSnapshot(raw.currentSnapshot().snapshotId());
      old.forEach(rewrite::deleteFile);
      copies.forEach(rewrite::addFile);
      try {
        rewrite.commit();
      } catch (CommitFailedException e) {
        return 0;
      }
    }
    return old.size();
  }

  /** The differences from topic and oracle; empty where there are none. */
  List<String> differences(KafkaPosition ends, Oracle oracle) throws IOException {
    List<String> differences = new ArrayList<>();
    Map<Integer, BitSet> seen = new TreeMap<>();
    long clicks = coordinates(RawClicks.TABLE, seen, differences);
    long rejected = coordinates(RawRejectedClicks.TABLE, seen, differences);
    ends.next()
        .forEach(
            (partition, end) -> {
              BitSet offsets = seen.getOrDefault(partition, new BitSet());
              if (offsets.cardinality() != end || offsets.length() != end) {
                differences.add(
                    "partition %d: %d of %d offsets are landed or rejected, the first missing is %d"
                        .formatted(partition, offsets.cardinality(), end, offsets.nextClearBit(0)));
              }
            });
    expect("rows of raw.clicks", oracle.landed(), clicks, differences);
    expect("rows of raw.rejected_clicks", oracle.rejected(), rejected, differences);
    expect(
        "raw deduplicated",
        oracle.landed() - oracle.totals().duplicate(),
        deduplicated(),
        differences);
    expect("live", oracle.totals(), live(), differences);
    return differences;
  }

  private static void expect(String what, Object expected, Object found, List<String> differences) {
    if (!expected.equals(found)) {
      differences.add("%s: %s, must be %s".formatted(what, found, expected));
    }
  }

  private long coordinates(TableName name, Map<Integer, BitSet> seen, List<String> differences)
      throws IOException {
    long rows = 0;
    long twice = 0;
    try (CloseableIterable<Record> records =
        IcebergGenerics.read(table(name))
            .select(RawClicks.KAFKA_PARTITION, RawClicks.KAFKA_OFFSET)
            .build()) {
      for (Record row : records) {
        rows++;
        BitSet offsets =
            seen.computeIfAbsent(
                (Integer) row.getField(RawClicks.KAFKA_PARTITION), p -> new BitSet());
        int offset = Math.toIntExact((Long) row.getField(RawClicks.KAFKA_OFFSET));
        twice += offsets.get(offset) ? 1 : 0;
        offsets.set(offset);
      }
    }
    if (twice > 0) {
      differences.add("%s: %d rows have coordinates that another row has".formatted(name, twice));
    }
    return rows;
  }

  private long deduplicated() throws IOException {
    Set<String> ids = new HashSet<>();
    try (CloseableIterable<Record> records =
        IcebergGenerics.read(table(RawClicks.TABLE)).select(RawClicks.CLICK_ID).build()) {
      records.forEach(row -> ids.add((String) row.getField(RawClicks.CLICK_ID)));
    }
    return ids.size();
  }

  private Oracle.Totals live() throws IOException {
    Oracle.Totals sums = Oracle.Totals.NONE;
    try (CloseableIterable<Record> partials =
        IcebergGenerics.read(table(LiveClicksByMinute.TABLE)).build()) {
      for (Record partial : partials) {
        sums = plus(sums, partial);
      }
    }
    return sums;
  }

  private static Oracle.Totals plus(Oracle.Totals sums, Record partial) {
    Map<String, Long> cost = new TreeMap<>(sums.costMicros());
    String currency = (String) partial.getField(ClickDimensions.CURRENCY);
    long micros = measure(partial, ClickMeasures.COST_MICROS);
    if (currency != null && micros != 0) {
      cost.merge(currency, micros, Long::sum);
    }
    return new Oracle.Totals(
        sums.gross() + measure(partial, ClickMeasures.GROSS_CLICKS),
        sums.duplicate() + measure(partial, ClickMeasures.DUPLICATE_CLICKS),
        sums.generalInvalid() + measure(partial, ClickMeasures.GENERAL_INVALID_CLICKS),
        sums.sophisticatedInvalid() + measure(partial, ClickMeasures.SOPHISTICATED_INVALID_CLICKS),
        sums.valid() + measure(partial, ClickMeasures.VALID_CLICKS),
        cost);
  }

  private static long measure(Record partial, String name) {
    Object value = partial.getField(name);
    return value == null ? 0 : (Long) value;
  }

  @Override
  public void close() throws IOException {
    tables.close();
  }
}
