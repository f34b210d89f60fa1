package io.clickledger.batch.billing.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;

import io.clickledger.lake.LakeTables;
import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.KafkaPosition;
import io.clickledger.lake.commit.QueryNames;
import io.clickledger.lake.publish.Publication;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.RawClicks;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The input of a billing run: one snapshot of raw.clicks, up to its newest landing. A landing is
 * committed as a whole, so a condition on landed_at selects whole landings of any topic; the
 * offsets document it.
 *
 * @param topicId the topic that the offsets belong to
 * @param offsets up to which offset, exclusive, rows are read, by Kafka partition
 * @param landedThrough landed_at of the last landing batch among them
 */
public record RawClicksRead(
    SparkSession spark,
    long snapshotId,
    String topicId,
    Map<Integer, Long> offsets,
    Instant landedThrough) {
  /** Pins raw.clicks as it is now. */
  public static RawClicksRead pin(SparkSession spark) {
    Table raw = LakeTables.load(spark, RawClicks.TABLE);
    CommittedPosition landed =
        CommittedPosition.newest(raw, QueryNames.LAND_CLICKS)
            .orElseThrow(
                () ->
                    new RefusedException(
                        "raw.clicks has no landing commit yet: a billing run needs LandClicks to have"
                            + " landed something, and nothing was done"));
    return new RawClicksRead(
        spark,
        raw.currentSnapshot().snapshotId(),
        landed.source(),
        KafkaPosition.parse(landed.to()).next(),
        landed.landedThrough());
  }

  /** The rows up to the newest landing. */
  public Dataset<Row> rows() {
    return snapshot().where(RawClicksFilter.landedBy(landedThrough));
  }

  private Dataset<Row> snapshot() {
    return spark
        .read()
        .option(SparkReadOptions.SNAPSHOT_ID, snapshotId)
        .table(RawClicks.TABLE.toString());
  }

  /**
   * What the snapshot has of each day, days without rows included. It does not use the condition of
   * {@link #rows}, which it is to check.
   *
   * @param inFull days of which all rows are meant
   * @param added other days; of these, the rows that landed since a publication
   */
  public SortedMap<LocalDate, RawDay> byDay(
      SortedSet<LocalDate> inFull, SortedSet<LocalDate> added, Optional<Publication> since) {
    SortedMap<LocalDate, RawDay> days = new TreeMap<>();
    inFull.forEach(day -> days.put(day, RawDay.NONE));
    added.forEach(day -> days.put(day, RawDay.NONE));
    Column isCounted =
        since
            .map(last -> RawClicksFilter.late(last.through(), last.landedThrough()))
            .map(late -> RawClicksFilter.of(inFull).or(RawClicksFilter.of(added).and(late)))
            .orElseGet(() -> RawClicksFilter.of(inFull));
    snapshot()
        .where(isCounted)
        .groupBy(UtcDays.of(RawClicks.CLICKED_AT))
        .agg(
            count(lit(1)),
            ClickChecksums.ofClicks(),
            sum(ClickChecksums.ofGrain(ClickChecksums.quarterHour(RawClicks.CLICKED_AT))))
        .collectAsList()
        .forEach(
            row ->
                days.put(
                    row.getDate(0).toLocalDate(),
                    new RawDay(row.getLong(1), row.getLong(2), row.getLong(3))));
    return days;
  }

  /** How many rows of the snapshot have a clicked_at from this instant on. */
  public long countFrom(Instant seam) {
    return snapshot().where(col(RawClicks.CLICKED_AT).geq(lit(seam))).count();
  }

  /** The rows of the snapshot that landed after this landing. */
  public Dataset<Row> landedAfter(Instant landing) {
    return snapshot().where(col(RawClicks.LANDED_AT).gt(lit(landing)));
  }

  /** How many rows before the publication's seam landed after what it had read, by day. */
  public SortedMap<LocalDate, Long> lateClicks(Publication since) {
    return byDay(rows().where(RawClicksFilter.late(since.through(), since.landedThrough())));
  }

  /** Day, ad_id and publisher_id of these late clicks; one row a click. */
  public Dataset<Row> lateGrains(Publication since) {
    return rows()
        .where(RawClicksFilter.late(since.through(), since.landedThrough()))
        .select(
            UtcDays.of(RawClicks.CLICKED_AT).as(BillingClicksByDay.DAY),
            col(RawClicks.AD_ID),
            col(RawClicks.PUBLISHER_ID));
  }

  private static SortedMap<LocalDate, Long> byDay(Dataset<Row> rows) {
    SortedMap<LocalDate, Long> counts = new TreeMap<>();
    rows.groupBy(UtcDays.of(RawClicks.CLICKED_AT))
        .agg(count(lit(1)))
        .collectAsList()
        .forEach(row -> counts.put(row.getDate(0).toLocalDate(), row.getLong(1)));
    return counts;
  }

  /** The day of the earliest click; empty where there is none. */
  public Optional<LocalDate> firstDay() {
    Row first = rows().agg(min(col(RawClicks.CLICKED_AT))).first();
    return Optional.ofNullable(first.<Timestamp>getAs(0))
        .map(at -> BillingRunDays.day(at.toInstant()));
  }
}
