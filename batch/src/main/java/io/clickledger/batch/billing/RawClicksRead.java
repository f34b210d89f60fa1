package io.clickledger.batch.billing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;

import io.clickledger.batch.JobFailedException;
import io.clickledger.lake.KafkaPosition;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.Landings;
import io.clickledger.lake.Publication;
import io.clickledger.lake.Recorded;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.RawClicks;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The raw lake as one night reads it: one snapshot, up to its newest landing. Landings are whole,
 * so landed_at cuts them, whatever topic they came from; the offsets are the record of the cut.
 *
 * @param topicId the topic that the offsets belong to
 * @param offsets up to which offset, exclusive, rows are read, by Kafka partition
 * @param landedThrough landed_at of the last landing batch among them
 */
record RawClicksRead(
    SparkSession spark,
    long snapshotId,
    String topicId,
    Map<Integer, Long> offsets,
    Instant landedThrough) {
  /** Pins raw.clicks as it is now. */
  static RawClicksRead pin(SparkSession spark) {
    Table raw = LakeTables.load(spark, RawClicks.TABLE);
    Recorded landed =
        Recorded.newest(raw, Landings.LAND_CLICKS)
            .orElseThrow(
                () ->
                    new JobFailedException(
                        "raw.clicks has no landing commit yet: a night needs LandClicks to have"
                            + " landed something, and nothing was done"));
    return new RawClicksRead(
        spark,
        raw.currentSnapshot().snapshotId(),
        landed.source(),
        KafkaPosition.parse(landed.to()).next(),
        landed.landedThrough());
  }

  /** The rows up to the cut. */
  Dataset<Row> rows() {
    return spark
        .read()
        .option(SparkReadOptions.SNAPSHOT_ID, snapshotId)
        .table(RawClicks.TABLE.toString())
        .where(RawWindow.landedBy(landedThrough));
  }

  /** How many rows each of the days has; 0 is said too. */
  SortedMap<LocalDate, Long> countByDay(SortedSet<LocalDate> days) {
    SortedMap<LocalDate, Long> counts = new TreeMap<>();
    days.forEach(day -> counts.put(day, 0L));
    rows()
        .where(RawWindow.of(days))
        .groupBy(UtcDays.of(RawClicks.CLICKED_AT).as(BillingClicksByDay.DAY))
        .agg(count(lit(1)))
        .collectAsList()
        .forEach(row -> counts.put(row.getDate(0).toLocalDate(), row.getLong(1)));
    return counts;
  }

  /** The days before the publication's seam with rows that landed after what it had read. */
  List<LocalDate> lateDays(Publication since) {
    return rows()
        .where(RawWindow.late(since.through(), since.landedThrough()))
        .select(UtcDays.of(RawClicks.CLICKED_AT))
        .distinct()
        .collectAsList()
        .stream()
        .map(row -> row.getDate(0).toLocalDate())
        .toList();
  }

  /** The day of the earliest click; empty where there is none. */
  Optional<LocalDate> firstDay() {
    Row first = rows().agg(min(col(RawClicks.CLICKED_AT))).first();
    return Optional.ofNullable(first.<Timestamp>getAs(0)).map(at -> Night.day(at.toInstant()));
  }
}
