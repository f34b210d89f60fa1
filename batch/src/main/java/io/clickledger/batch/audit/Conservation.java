package io.clickledger.batch.audit;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import io.clickledger.batch.audit.PartitionProof.Account;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.Landing;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Promise 2, by the rows themselves: of the offsets that landed in a period, each is in raw.clicks
 * or in raw.rejected_clicks, once, or it is explained why not.
 */
final class Conservation {
  /** Offsets looked at by one task: a partition of Kafka may be much for one. */
  private static final long SLICE = 1_000_000;

  /** A click may be as much older than its landing, so retention may take it as much earlier. */
  private static final Duration REACH = Duration.ofDays(36);

  private static final String TABLE = "table_name";
  private static final String PREVIOUS_TABLE = "previous_table";
  private static final String PREVIOUS = "previous_offset";
  private static final String SLICE_NUMBER = "slice";

  /** In place of a table: marks where a slice begins and ends. */
  private static final String EDGE = "edge";

  private final SparkSession spark;
  private final List<Landing> landings;
  private final Retained retained;
  private final Optional<BrokerRecords> broker;

  /**
   * @param landings every landing of one topic
   * @param broker tells which of the offsets in question hold a record; without it, none is taken
   *     for a marker
   */
  Conservation(
      SparkSession spark,
      List<Landing> landings,
      Retained retained,
      Optional<BrokerRecords> broker) {
    this.spark = spark;
    this.landings = landings;
    this.retained = retained;
    this.broker = broker;
  }

  /** From when on retention has surely left the rows of either table alone. */
  record Retained(Instant raw, Instant rejected) {
    static Retained at(Instant now, Duration keepRaw, Duration keepRejected) {
      return new Retained(
          now.minus(keepRaw).plus(REACH), now.minus(keepRejected).plus(Duration.ofDays(1)));
    }

    private boolean mayLack(Landing landing) {
      Instant since = landing.table().equals(RawClicks.TABLE) ? raw : rejected;
      return landing.landedAt().isBefore(since);
    }
  }

  /** The proof of each partition, over the offsets that landed in the period in both tables. */
  List<PartitionProof> prove(Instant from, Instant to) {
    SortedMap<Integer, OffsetRange> ranges = ranges(from, to);
    if (ranges.isEmpty()) {
      return List.of();
    }
    SortedMap<Integer, Account> accounts = new TreeMap<>();
    ranges.forEach((partition, range) -> accounts.put(partition, new Account(range)));
    List<Landing> within = landings.stream().filter(landing -> overlaps(landing, ranges)).toList();
    Dataset<Row> rows = rows(ranges);
    Map<Landing, Long> lacking = countRows(rows, within, accounts);
    List<OffsetRange> missing = new ArrayList<>();
    irregular(rows, ranges)
        .collectAsList()
        .forEach(
            row -> {
              int partition = row.getAs(RawClicks.KAFKA_PARTITION);
              long offset = row.<Long>getAs(RawClicks.KAFKA_OFFSET);
              long previous = row.<Long>getAs(PREVIOUS);
              if (offset == previous) {
                accounts.get(partition).twice(offset, row.getAs(PREVIOUS_TABLE), row.getAs(TABLE));
              } else {
                missing.add(new OffsetRange(partition, previous + 1, offset));
              }
            });
    missing.sort(Comparator.comparing(OffsetRange::partition).thenComparing(OffsetRange::from));
    explain(OffsetRange.joined(missing), within, lacking, accounts);
    return accounts.values().stream().map(Account::close).toList();
  }

  /** What landed in the period in both tables: a kill may leave one of them ahead. */
  private SortedMap<Integer, OffsetRange> ranges(Instant from, Instant to) {
    List<Landing> inPeriod =
        landings.stream()
            .filter(l -> !l.landedAt().isBefore(from) && l.landedAt().isBefore(to))
            .toList();
    Map<Integer, OffsetRange> clicks = Tiling.extent(inPeriod, RawClicks.TABLE);
    Map<Integer, OffsetRange> rejected = Tiling.extent(inPeriod, RawRejectedClicks.TABLE);
    SortedMap<Integer, OffsetRange> both = new TreeMap<>();
    clicks.forEach(
        (partition, one) -> {
          OffsetRange other = rejected.get(partition);
          if (other != null
              && Math.max(one.from(), other.from()) < Math.min(one.to(), other.to())) {
            both.put(
                partition,
                new OffsetRange(
                    partition, Math.max(one.from(), other.from()), Math.min(one.to(), other.to())));
          }
        });
    return both;
  }

  private static boolean overlaps(Landing landing, Map<Integer, OffsetRange> ranges) {
    OffsetRange range = ranges.get(landing.partition());
    return range != null && landing.from() < range.to() && landing.to() > range.from();
  }

  private Dataset<Row> rows(Map<Integer, OffsetRange> ranges) {
    Column within =
        ranges.values().stream()
            .map(
                range ->
                    col(RawClicks.KAFKA_PARTITION)
                        .equalTo(range.partition())
                        .and(col(RawClicks.KAFKA_OFFSET).geq(range.from()))
                        .and(col(RawClicks.KAFKA_OFFSET).lt(range.to())))
            .reduce(Column::or)
            .orElseThrow();
    // A topic that was created again counts its offsets anew.
    Instant first =
        landings.stream().map(Landing::landedAt).min(Comparator.naturalOrder()).orElseThrow();
    Column ofTopic = col(RawClicks.LANDED_AT).geq(lit(first));
    return Stream.of(RawClicks.TABLE, RawRejectedClicks.TABLE)
        .map(
            table ->
                snapshotOf(table)
                    .where(within.and(ofTopic))
                    .select(
                        lit(table.toString()).as(TABLE),
                        col(RawClicks.KAFKA_PARTITION),
                        col(RawClicks.KAFKA_OFFSET),
                        col(RawClicks.LANDED_AT)))
        .reduce(Dataset::union)
        .orElseThrow();
  }

  private Dataset<Row> snapshotOf(TableName table) {
    return spark
        .read()
        .option(
            SparkReadOptions.SNAPSHOT_ID,
            LakeTables.load(spark, table).currentSnapshot().snapshotId())
        .table(table.toString());
  }

  /**
   * Counts the rows of each landing, which must be as many as it says and lie in its range.
   *
   * @return how many rows landings lack that retention may have taken
   */
  private Map<Landing, Long> countRows(
      Dataset<Row> rows, List<Landing> within, SortedMap<Integer, Account> accounts) {
    record Key(String table, int partition, Instant landedAt) {}
    Map<Key, Row> found = new HashMap<>();
    rows.groupBy(TABLE, RawClicks.KAFKA_PARTITION, RawClicks.LANDED_AT)
        .agg(
            count(lit(1)).as("rows"),
            min(RawClicks.KAFKA_OFFSET).as("least"),
            max(RawClicks.KAFKA_OFFSET).as("greatest"))
        .collectAsList()
        .forEach(
            row ->
                found.put(
                    new Key(
                        row.getAs(TABLE),
                        row.getAs(RawClicks.KAFKA_PARTITION),
                        row.<Timestamp>getAs(RawClicks.LANDED_AT).toInstant()),
                    row));
    Map<Landing, Long> lacking = new HashMap<>();
    for (Landing landing : within) {
      Account account = accounts.get(landing.partition());
      Row row =
          found.remove(
              new Key(landing.table().toString(), landing.partition(), landing.landedAt()));
      long present = row == null ? 0 : row.<Long>getAs("rows");
      account.landed(landing.table(), present);
      if (row != null
          && (row.<Long>getAs("least") < landing.from()
              || row.<Long>getAs("greatest") >= landing.to())) {
        account.hole(
            "%s: a row landed at %s lies outside its landing, %s"
                .formatted(landing.table(), landing.landedAt(), range(landing)));
      }
      if (account.covers(landing) && present != landing.rows()) {
        if (present < landing.rows() && retained.mayLack(landing)) {
          lacking.put(landing, landing.rows() - present);
        } else {
          account.hole(
              "%s: landed %d rows of %s, now has %d"
                  .formatted(landing.table(), landing.rows(), range(landing), present));
        }
      }
    }
    found.forEach(
        (key, row) -> {
          Account account = accounts.get(key.partition());
          account.landed(TableName.of(key.table()), row.<Long>getAs("rows"));
          account.hole(
              "%s: %d rows of %s landed at %s, when no landing commit added any"
                  .formatted(
                      key.table(),
                      row.<Long>getAs("rows"),
                      new OffsetRange(
                          key.partition(),
                          row.<Long>getAs("least"),
                          row.<Long>getAs("greatest") + 1),
                      key.landedAt()));
        });
    return lacking;
  }

  /**
   * Each row that does not follow the one before it by exactly one offset: behind it lies what is
   * missing, or it is there twice. Edges stand before and behind each slice, so that what is
   * missing there, or everywhere, is between two of these rows as well.
   */
  private Dataset<Row> irregular(Dataset<Row> rows, Map<Integer, OffsetRange> ranges) {
    List<Row> edges = new ArrayList<>();
    ranges
        .values()
        .forEach(
            range -> {
              for (long slice = range.from() / SLICE; slice * SLICE < range.to(); slice++) {
                long first = Math.max(range.from(), slice * SLICE);
                long end = Math.min(range.to(), (slice + 1) * SLICE);
                edges.add(RowFactory.create(EDGE, range.partition(), first - 1, slice));
                edges.add(RowFactory.create(EDGE, range.partition(), end, slice));
              }
            });
    StructType schema =
        new StructType()
            .add(TABLE, DataTypes.StringType)
            .add(RawClicks.KAFKA_PARTITION, DataTypes.IntegerType)
            .add(RawClicks.KAFKA_OFFSET, DataTypes.LongType)
            .add(SLICE_NUMBER, DataTypes.LongType);
    WindowSpec inOrder =
        Window.partitionBy(RawClicks.KAFKA_PARTITION, SLICE_NUMBER)
            .orderBy(col(RawClicks.KAFKA_OFFSET), col(TABLE));
    return rows.select(
            col(TABLE),
            col(RawClicks.KAFKA_PARTITION),
            col(RawClicks.KAFKA_OFFSET),
            floor(col(RawClicks.KAFKA_OFFSET).divide(SLICE)).as(SLICE_NUMBER))
        .union(spark.createDataFrame(edges, schema))
        .withColumn(PREVIOUS, lag(RawClicks.KAFKA_OFFSET, 1).over(inOrder))
        .withColumn(PREVIOUS_TABLE, lag(TABLE, 1).over(inOrder))
        .where(coalesce(col(RawClicks.KAFKA_OFFSET).minus(col(PREVIOUS)).notEqual(1), lit(false)));
  }

  private void explain(
      List<OffsetRange> missing,
      List<Landing> within,
      Map<Landing, Long> lacking,
      SortedMap<Integer, Account> accounts) {
    List<OffsetRange> unexplained = new ArrayList<>(missing);
    for (Landing landing : within) {
      if (landing.acceptedGap() > 0) {
        OffsetRange gap =
            new OffsetRange(
                landing.partition(), landing.from(), landing.from() + landing.acceptedGap());
        long before = size(unexplained);
        unexplained = without(unexplained, gap);
        accounts.get(landing.partition()).accepted(before - size(unexplained));
      }
    }
    for (Map.Entry<Landing, Long> lack : lacking.entrySet()) {
      long left = lack.getValue();
      for (OffsetRange range : List.copyOf(unexplained)) {
        long from = Math.max(range.from(), lack.getKey().from());
        long to = Math.min(Math.min(range.to(), lack.getKey().to()), from + left);
        if (range.partition() == lack.getKey().partition() && from < to) {
          unexplained = without(unexplained, new OffsetRange(range.partition(), from, to));
          accounts.get(range.partition()).expired(to - from);
          left -= to - from;
        }
      }
    }
    for (OffsetRange range : unexplained) {
      Account account = accounts.get(range.partition());
      if (broker.isEmpty()) {
        account.missing(
            range,
            "%s: in neither table, and nothing says why; a broker (--bootstrap-servers) could tell"
                .formatted(range));
        continue;
      }
      BrokerRecords.Found found = broker.get().in(range);
      found
          .records()
          .forEach(
              lost ->
                  account.missing(
                      lost, "%s: in neither table, but Kafka has records there".formatted(lost)));
      found
          .unknown()
          .forEach(
              gone ->
                  account.missing(
                      gone,
                      "%s: in neither table, and Kafka does not have what was there"
                          .formatted(gone)));
      account.markers(range.size() - size(found.records()) - size(found.unknown()));
    }
  }

  private static List<OffsetRange> without(List<OffsetRange> ranges, OffsetRange taken) {
    return new ArrayList<>(
        ranges.stream().flatMap(range -> range.without(taken).stream()).toList());
  }

  private static long size(List<OffsetRange> ranges) {
    return ranges.stream().mapToLong(OffsetRange::size).sum();
  }

  private static OffsetRange range(Landing landing) {
    return new OffsetRange(landing.partition(), landing.from(), landing.to());
  }
}
