package io.clickledger.batch.audit.offsets;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import io.clickledger.lake.LakeTables;
import io.clickledger.lake.landed.Landings;
import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What landed in a period.
 *
 * @param extents by partition, the offsets that landed in both tables; after a kill one table may
 *     be ahead
 * @param lastLandedAt the newest landing of each table, which may have landed more since
 * @param landings the landed ranges, with the columns of audit.landings
 */
record LandedPeriod(
    Instant from,
    SortedMap<Integer, OffsetRange> extents,
    Map<TableName, Instant> lastLandedAt,
    Dataset<Row> landings) {
  /** Columns of {@link #ranges}. */
  static final String RANGE_FROM = "range_from";

  static final String RANGE_TO = "range_to";

  static LandedPeriod of(LandedRanges landed, Instant from, Instant to) {
    // A topic that was created again counts its offsets anew.
    Instant start = from.isBefore(landed.first()) ? landed.first() : from;
    Dataset<Row> landings =
        landed
            .ranges()
            .where(
                col(AuditLandings.LANDED_AT)
                    .geq(lit(start))
                    .and(col(AuditLandings.LANDED_AT).lt(lit(to))));
    Map<TableName, Map<Integer, OffsetRange>> extents = new HashMap<>();
    Map<TableName, Instant> lastLandedAt = new HashMap<>();
    landings
        .groupBy(AuditLandings.TABLE_NAME, AuditLandings.KAFKA_PARTITION)
        .agg(
            min(AuditLandings.FROM_OFFSET).as(RANGE_FROM),
            max(AuditLandings.TO_OFFSET).as(RANGE_TO),
            max(AuditLandings.LANDED_AT).as(AuditLandings.LANDED_AT))
        .collectAsList()
        .forEach(
            row -> {
              TableName table = TableName.of(row.getAs(AuditLandings.TABLE_NAME));
              OffsetRange extent = OffsetRange.of(row, RANGE_FROM, RANGE_TO);
              extents
                  .computeIfAbsent(table, any -> new HashMap<>())
                  .put(extent.partition(), extent);
              lastLandedAt.merge(
                  table,
                  row.<Timestamp>getAs(AuditLandings.LANDED_AT).toInstant(),
                  (one, other) -> one.isAfter(other) ? one : other);
            });
    return new LandedPeriod(
        start,
        inBoth(
            extents.getOrDefault(RawClicks.TABLE, Map.of()),
            extents.getOrDefault(RawRejectedClicks.TABLE, Map.of())),
        lastLandedAt,
        landings);
  }

  private static SortedMap<Integer, OffsetRange> inBoth(
      Map<Integer, OffsetRange> clicks, Map<Integer, OffsetRange> rejected) {
    SortedMap<Integer, OffsetRange> both = new TreeMap<>();
    clicks.forEach(
        (partition, one) -> {
          OffsetRange other = rejected.get(partition);
          if (other != null && one.overlaps(other)) {
            both.put(
                partition,
                new OffsetRange(
                    partition, Math.max(one.from(), other.from()), Math.min(one.to(), other.to())));
          }
        });
    return both;
  }

  /** The extents as rows, small enough for a broadcast: one per partition. */
  Dataset<Row> ranges() {
    return spark()
        .createDataFrame(
            extents.values().stream()
                .map(range -> RowFactory.create(range.partition(), range.from(), range.to()))
                .toList(),
            new StructType()
                .add(RawClicks.KAFKA_PARTITION, DataTypes.IntegerType)
                .add(RANGE_FROM, DataTypes.LongType)
                .add(RANGE_TO, DataTypes.LongType));
  }

  /**
   * The rows that landed in the period. Landings are whole and landed_at grows with each, so these
   * are all rows of its landings; what landed while the audit runs is left out.
   */
  Dataset<Row> rows() {
    return Landings.TABLES.stream()
        .map(
            table ->
                snapshotOf(table)
                    .where(
                        col(RawClicks.LANDED_AT)
                            .geq(lit(from))
                            .and(col(RawClicks.LANDED_AT).leq(lit(lastLandedAt.get(table)))))
                    .select(
                        lit(table.toString()).as(AuditLandings.TABLE_NAME),
                        col(RawClicks.KAFKA_PARTITION),
                        col(RawClicks.KAFKA_OFFSET),
                        col(RawClicks.LANDED_AT)))
        .reduce(Dataset::union)
        .orElseThrow();
  }

  private Dataset<Row> snapshotOf(TableName table) {
    return spark()
        .read()
        .option(
            SparkReadOptions.SNAPSHOT_ID,
            LakeTables.load(spark(), table).currentSnapshot().snapshotId())
        .table(table.toString());
  }

  private SparkSession spark() {
    return landings.sparkSession();
  }
}
