package io.clickledger.batch.audit;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.unix_millis;

import io.clickledger.batch.audit.offsets.Findings;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.QueryNames;
import io.clickledger.rules.history.ClickHistory;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.spark.KeptRows;
import io.clickledger.spark.LandingOrder;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;

/**
 * Checks promise 3 for live: its numbers of clicks and duplicates equal those computed from
 * raw.clicks by independent SQL, which shares only the definition of a duplicate with the streaming
 * driver.
 */
record LiveCountCheck(SparkSession spark, Duration dedupWindow) {
  private static final String DUPLICATE = "is_duplicate";
  private static final String GROSS = "raw_gross";
  private static final String DUPLICATES = "raw_duplicates";

  private static final String DIFFERENT = "different";
  private static final String KIND = "kind";

  /**
   * What was compared.
   *
   * @param landedThrough up to which landing
   * @param gross clicks in raw.clicks
   * @param duplicates those of them that are duplicates
   * @param different in how many minutes and ads live is not as raw.clicks
   */
  record Proof(
      Instant landedFrom, Instant landedThrough, long gross, long duplicates, long different) {
    @Override
    public String toString() {
      return "live.clicks_by_minute, landed %s to %s: %d clicks, %d of them duplicates: %s"
          .formatted(
              landedFrom,
              landedThrough,
              gross,
              duplicates,
              different == 0 ? "equal to raw.clicks in each minute and ad" : "NOT as raw.clicks");
    }
  }

  /**
   * Compares what landed in the period, up to where live had counted, by the window that its newest
   * commit was counted with.
   *
   * @param from start of a UTC day: folded partials keep the day of their landing, no more
   * @param to the same
   * @param kept minutes before this may have been deleted from live
   * @param findings takes what differs
   * @return what was compared, in words
   */
  static String compare(
      SparkSession spark, Instant from, Instant to, Instant kept, Findings findings) {
    Table live = LakeTables.load(spark, LiveClicksByMinute.TABLE);
    Optional<CommittedPosition> newest = CommittedPosition.newest(live, QueryNames.COUNT_CLICKS);
    if (newest.isEmpty()) {
      return "live.clicks_by_minute: nothing is counted yet";
    }
    CommittedPosition counted = newest.get();
    if (counted.dedupWindow().isEmpty()) {
      findings.add(
          Findings.Kind.LIVE_UNKNOWN,
          "live.clicks_by_minute cannot be compared: its newest commit, %d, does not say with which dedup window it was counted, and stream-clicks of this version does"
              .formatted(counted.snapshotId()));
      return "live.clicks_by_minute: not compared with raw.clicks";
    }
    return new LiveCountCheck(spark, counted.dedupWindow().get())
        .compare(live, from, to, counted.landedThrough(), firstKeptMinute(kept), findings)
        .toString();
  }

  private Proof compare(
      Table live,
      Instant from,
      Instant to,
      Instant through,
      Instant firstMinute,
      Findings findings) {
    Column landed =
        col(RawClicks.LANDED_AT)
            .geq(lit(from))
            .and(col(RawClicks.LANDED_AT).lt(lit(to)))
            .and(col(RawClicks.LANDED_AT).leq(lit(through)));
    Column kept = col(LiveClicksByMinute.MINUTE).geq(lit(firstMinute));
    Dataset<Row> joined =
        countedAgain(landed, kept, from, through)
            .join(
                countedInLive(live, landed, kept),
                new String[] {LiveClicksByMinute.MINUTE, ClickDimensions.AD_ID},
                "full_outer")
            .select(
                col(LiveClicksByMinute.MINUTE),
                col(ClickDimensions.AD_ID),
                zeroIfNone(GROSS),
                zeroIfNone(DUPLICATES),
                zeroIfNone(ClickMeasures.GROSS_CLICKS),
                zeroIfNone(ClickMeasures.DUPLICATE_CLICKS));
    try (KeptRows counts = KeptRows.of(joined)) {
      Dataset<Row> both = counts.rows();
      Row totals =
          both.agg(
                  zero(sum(GROSS)).as(GROSS),
                  zero(sum(DUPLICATES)).as(DUPLICATES),
                  count_if(isDifferent()).as(DIFFERENT))
              .first();
      long different = totals.<Long>getAs(DIFFERENT);
      if (different > 0) {
        findings.add(
            both.where(isDifferent()).withColumn(KIND, lit(Findings.Kind.LIVE_DIFFERS.name())),
            KIND,
            LiveCountCheck::difference,
            col(LiveClicksByMinute.MINUTE),
            col(ClickDimensions.AD_ID));
      }
      return new Proof(
          from, through, totals.<Long>getAs(GROSS), totals.<Long>getAs(DUPLICATES), different);
    }
  }

  /** Clicks and duplicates of each minute and ad, from raw.clicks. */
  private Dataset<Row> countedAgain(Column landed, Column kept, Instant from, Instant through) {
    return marked(
            spark
                .table(RawClicks.TABLE.toString())
                .where(
                    col(RawClicks.LANDED_AT)
                        .geq(lit(rememberedAt(from)))
                        .and(col(RawClicks.LANDED_AT).leq(lit(through)))))
        .where(landed)
        .withColumn(LiveClicksByMinute.MINUTE, date_trunc("minute", col(RawClicks.CLICKED_AT)))
        .where(kept)
        .groupBy(LiveClicksByMinute.MINUTE, ClickDimensions.AD_ID)
        .agg(count(lit(1)).as(GROSS), count_if(col(DUPLICATE)).as(DUPLICATES));
  }

  /** The same as live.clicks_by_minute has them. */
  private Dataset<Row> countedInLive(Table live, Column landed, Column kept) {
    return spark
        .read()
        .option(SparkReadOptions.SNAPSHOT_ID, live.currentSnapshot().snapshotId())
        .table(LiveClicksByMinute.TABLE.toString())
        .where(landed)
        .where(kept)
        .groupBy(LiveClicksByMinute.MINUTE, ClickDimensions.AD_ID)
        .agg(
            sum(ClickMeasures.GROSS_CLICKS).as(ClickMeasures.GROSS_CLICKS),
            sum(ClickMeasures.DUPLICATE_CLICKS).as(ClickMeasures.DUPLICATE_CLICKS));
  }

  private static Column isDifferent() {
    return not(
        col(GROSS)
            .equalTo(col(ClickMeasures.GROSS_CLICKS))
            .and(col(DUPLICATES).equalTo(col(ClickMeasures.DUPLICATE_CLICKS))));
  }

  /**
   * Marks a row as a duplicate where another row with its click_id landed before it and is still
   * remembered: the function that {@link ClickHistory} documents. Only the nearest earlier row
   * decides, whether or not that one is a duplicate itself.
   */
  private Dataset<Row> marked(Dataset<Row> clicks) {
    long slice = dedupWindow.toMillis() / ClickHistory.SLICES;
    Column before =
        lag(RawClicks.LANDED_AT, 1)
            .over(Window.partitionBy(RawClicks.CLICK_ID).orderBy(LandingOrder.columns()));
    Column rememberedFrom =
        floor(unix_millis(col(RawClicks.LANDED_AT)).divide(slice))
            .minus(ClickHistory.SLICES)
            .multiply(slice);
    return clicks
        .select(
            RawClicks.CLICK_ID,
            RawClicks.CLICKED_AT,
            RawClicks.AD_ID,
            RawClicks.KAFKA_PARTITION,
            RawClicks.KAFKA_OFFSET,
            RawClicks.LANDED_AT)
        .withColumn(DUPLICATE, coalesce(unix_millis(before).geq(rememberedFrom), lit(false)));
  }

  private Instant rememberedAt(Instant landedAt) {
    return Instant.ofEpochMilli(ClickHistory.visibleFrom(dedupWindow, landedAt.toEpochMilli()));
  }

  private static Instant firstKeptMinute(Instant kept) {
    return kept.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1));
  }

  private static Column zeroIfNone(String column) {
    return zero(col(column)).as(column);
  }

  private static Column zero(Column column) {
    return coalesce(column, lit(0L));
  }

  private static String difference(Row row) {
    return "minute %s, ad %s: live has %d clicks, %d of them duplicates; raw.clicks has %d and %d"
        .formatted(
            row.<Timestamp>getAs(LiveClicksByMinute.MINUTE).toInstant(),
            row.getAs(ClickDimensions.AD_ID),
            row.<Long>getAs(ClickMeasures.GROSS_CLICKS),
            row.<Long>getAs(ClickMeasures.DUPLICATE_CLICKS),
            row.<Long>getAs(GROSS),
            row.<Long>getAs(DUPLICATES));
  }
}
