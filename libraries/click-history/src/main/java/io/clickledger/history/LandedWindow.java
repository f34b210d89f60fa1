package io.clickledger.history;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.clickledger.schemas.RawClicks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.spark.ScanTaskSetManager;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.DateTimeUtil;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A window of landing time in raw.clicks; both ends are included. */
public record LandedWindow(Instant from, Instant through) {

  /**
   * The clicks in pieces that fit in memory, oldest first. By the statistics of the files, no piece
   * has more than {@code maxRows} rows unless one landing alone has more. The table scan is planned
   * once for all pieces, because each landing of the window has a manifest of its own.
   */
  public HistoryWindow pieces(SparkSession spark, Table raw, long maxRows) {
    return new Pieces(spark, raw, files(raw), this, maxRows);
  }

  /**
   * The windows of the same pieces, for a caller that reads each piece from the snapshot that is
   * current by then.
   */
  public List<LandedWindow> split(Table raw, long maxRows) {
    return split(rowsByLanding(files(raw)), maxRows);
  }

  /** The windows of pieces that have at most so many rows, unless one landing alone has more. */
  public List<LandedWindow> split(SortedMap<Instant, Long> rowsByLanding, long maxRows) {
    List<Instant> bounds = bounds(rowsByLanding, maxRows);
    List<LandedWindow> pieces = new ArrayList<>();
    for (int i = 1; i < bounds.size(); i++) {
      pieces.add(new LandedWindow(bounds.get(i - 1), bounds.get(i).minus(1, ChronoUnit.MICROS)));
    }
    return pieces;
  }

  private static SortedMap<Instant, Long> rowsByLanding(List<RawClicksFile> files) {
    SortedMap<Instant, Long> rows = new TreeMap<>();
    files.forEach(file -> rows.merge(file.first(), file.rows(), Long::sum));
    return rows;
  }

  /** How many clicks the window has in the table's current snapshot. */
  public long count(SparkSession spark) {
    return inAnyOrder(spark).count();
  }

  /** The clicks of the window in the table's current snapshot. */
  public Dataset<Row> clicks(SparkSession spark) {
    Dataset<Row> clicks = inAnyOrder(spark);
    return clicks
        .where(col(RawClicks.ON_TIME))
        .union(inLandingOrder(clicks.where(not(col(RawClicks.ON_TIME)))));
  }

  private Dataset<Row> inAnyOrder(SparkSession spark) {
    return spark.table(RawClicks.TABLE.toString()).where(condition());
  }

  /** The condition of rows that landed in the window. */
  public Column condition() {
    return col(RawClicks.LANDED_AT).geq(lit(from)).and(col(RawClicks.LANDED_AT).leq(lit(through)));
  }

  /** Compaction sorts late clicks by clicked_at; on-time clicks keep the order of landing. */
  private static Dataset<Row> inLandingOrder(Dataset<Row> late) {
    return late.sortWithinPartitions(
        RawClicks.LANDED_AT, RawClicks.KAFKA_PARTITION, RawClicks.KAFKA_OFFSET);
  }

  /** The starts of the pieces, and the end of the last one. */
  List<Instant> bounds(SortedMap<Instant, Long> rowsByLanding, long maxRows) {
    List<Instant> bounds = new ArrayList<>(List.of(from));
    long rows = 0;
    for (Map.Entry<Instant, Long> landing :
        rowsByLanding.headMap(through.plus(1, ChronoUnit.MICROS)).entrySet()) {
      rows += landing.getValue();
      if (rows > maxRows && landing.getKey().isAfter(bounds.get(bounds.size() - 1))) {
        bounds.add(landing.getKey());
        rows = landing.getValue();
      }
    }
    bounds.add(through.plus(1, ChronoUnit.MICROS));
    return bounds;
  }

  private List<RawClicksFile> files(Table raw) {
    List<RawClicksFile> files = new ArrayList<>();
    TableScan landed =
        raw.newScan()
            .filter(
                Expressions.and(
                    Expressions.greaterThanOrEqual(
                        RawClicks.LANDED_AT, DateTimeUtil.microsFromInstant(from)),
                    Expressions.lessThanOrEqual(
                        RawClicks.LANDED_AT, DateTimeUtil.microsFromInstant(through))))
            .includeColumnStats(Set.of(RawClicks.LANDED_AT));
    int landedAt = raw.schema().findField(RawClicks.LANDED_AT).fieldId();
    try (CloseableIterable<FileScanTask> tasks = landed.planFiles()) {
      for (FileScanTask task : tasks) {
        DataFile file = task.file();
        // A file without statistics counts as landed at the window's start and is read for every
        // piece.
        files.add(
            new RawClicksFile(
                task,
                bound(file.lowerBounds(), landedAt).orElse(from),
                bound(file.upperBounds(), landedAt).orElse(through)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("planning a scan of " + raw.name(), e);
    }
    return files;
  }

  private static Optional<Instant> bound(Map<Integer, ByteBuffer> bounds, int field) {
    return Optional.ofNullable(bounds)
        .map(all -> all.get(field))
        .map(
            bound ->
                Instant.EPOCH.plus(
                    Conversions.<Long>fromByteBuffer(Types.TimestampType.withZone(), bound),
                    ChronoUnit.MICROS));
  }

  /** The files of one snapshot of the table, cut by landing. */
  static final class Pieces implements HistoryWindow {
    private final SparkSession spark;
    private final Table raw;
    private final List<RawClicksFile> files;
    private final LandedWindow landed;
    private final long maxRows;
    private final List<Instant> bounds;

    private Pieces(
        SparkSession spark,
        Table raw,
        List<RawClicksFile> files,
        LandedWindow landed,
        long maxRows) {
      this.spark = spark;
      this.raw = raw;
      this.files = files;
      this.landed = landed;
      this.maxRows = maxRows;
      this.bounds = landed.bounds(LandedWindow.rowsByLanding(files), maxRows);
    }

    @Override
    public Instant from() {
      return landed.from;
    }

    @Override
    public Instant through() {
      return landed.through;
    }

    /** As the files' statistics have it, or their rows where compaction made one of many files. */
    @Override
    public Map<Instant, Long> rowsByLanding(Instant before) {
      SortedMap<Instant, Long> rows = new TreeMap<>();
      List<FileScanTask> unknown = new ArrayList<>();
      for (RawClicksFile file : files) {
        if (!file.first().isBefore(before)) {
          continue;
        }
        if (file.isOfOneLanding()) {
          rows.merge(file.first(), file.rows(), Long::sum);
        } else {
          unknown.add(file.landed(landed.from, before));
        }
      }
      if (!unknown.isEmpty()) {
        String set = stage(unknown);
        try {
          scan(set, landed.from, before)
              .groupBy(RawClicks.LANDED_AT)
              .count()
              .collectAsList()
              .forEach(
                  landing ->
                      rows.merge(
                          landing.getTimestamp(0).toInstant(), landing.getLong(1), Long::sum));
        } finally {
          ScanTaskSetManager.get().removeTasks(raw, set);
        }
      }
      return rows;
    }

    @Override
    public HistoryWindow since(Instant instant) {
      return new Pieces(
          spark,
          raw,
          files.stream().filter(file -> !file.last().isBefore(instant)).toList(),
          new LandedWindow(instant, landed.through),
          maxRows);
    }

    @Override
    public int size() {
      return bounds.size() - 1;
    }

    /** Rows of all files that the pieces read, rows outside of the window included. */
    @Override
    public long rows() {
      return files.stream().mapToLong(RawClicksFile::rows).sum();
    }

    @Override
    public void forEach(HistoryWindow.Listener listener) {
      for (int i = 0; i < size(); i++) {
        read(bounds.get(i), bounds.get(i + 1), listener);
      }
    }

    private void read(Instant from, Instant to, HistoryWindow.Listener listener) {
      Map<Boolean, List<FileScanTask>> byOnTime =
          files.stream()
              .filter(file -> file.first().isBefore(to) && !file.last().isBefore(from))
              .collect(
                  Collectors.groupingBy(
                      RawClicksFile::isOnTime,
                      Collectors.mapping(file -> file.landed(from, to), Collectors.toList())));
      Map<Boolean, String> sets = new HashMap<>();
      try {
        byOnTime.forEach((onTime, tasks) -> sets.put(onTime, stage(tasks)));
        sets.entrySet().stream()
            .map(
                set ->
                    set.getKey()
                        ? scan(set.getValue(), from, to)
                        : inLandingOrder(scan(set.getValue(), from, to)))
            .reduce(Dataset::union)
            .ifPresent(clicks -> listener.take(clicks, to));
      } finally {
        sets.values().forEach(set -> ScanTaskSetManager.get().removeTasks(raw, set));
      }
    }

    private String stage(List<FileScanTask> tasks) {
      String set = UUID.randomUUID().toString();
      ScanTaskSetManager.get().stageTasks(raw, set, tasks);
      return set;
    }

    private Dataset<Row> scan(String set, Instant from, Instant to) {
      return spark
          .read()
          .option(SparkReadOptions.SCAN_TASK_SET_ID, set)
          .table(raw.name())
          .where(col(RawClicks.LANDED_AT).geq(lit(from)).and(col(RawClicks.LANDED_AT).lt(lit(to))));
    }
  }
}
