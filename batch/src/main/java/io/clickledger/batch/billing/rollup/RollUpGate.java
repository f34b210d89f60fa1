package io.clickledger.batch.billing.rollup;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.unix_seconds;

import io.clickledger.batch.billing.input.ClickChecksums;
import io.clickledger.batch.billing.input.RawDay;
import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.batch.quality.QualityCheck;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.TableName;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The gate before rollups are published. It checks every row, that the rows of both tables have the
 * same sums, and that they count every raw row once, where raw.clicks has it.
 */
public final class RollUpGate {
  private static final String GROSS = ClickMeasures.GROSS_CLICKS;
  private static final String VALID = ClickMeasures.VALID_CLICKS;
  private static final String COST = ClickMeasures.COST_MICROS;

  private RollUpGate() {}

  /**
   * Checks the rows of a billing run, as they are on its branch.
   *
   * @param rawDays the days that the run changed, as raw.clicks has them; where late clicks are
   *     added to a day, only those
   */
  public static List<QualityMetric> check(
      Dataset<Row> quarterHours, Dataset<Row> days, SortedMap<LocalDate, RawDay> rawDays) {
    List<QualityMetric> metrics = new ArrayList<>();
    metrics.addAll(
        check(
            BillingClicksByQuarterHour.TABLE,
            quarterHours,
            BillingClicksByQuarterHour.QUARTER_HOUR));
    metrics.addAll(check(BillingClicksByDay.TABLE, days, BillingClicksByDay.DAY));
    metrics.addAll(againstRaw(quarterHours, rawDays));
    // By sums of Spark, not by those that made the days.
    Dataset<Row> summed =
        quarterHours.withColumn(
            BillingClicksByDay.DAY, UtcDays.of(BillingClicksByQuarterHour.QUARTER_HOUR));
    metrics.add(
        agreement(
            "days = sums of quarter hours",
            RollupDifferences.ofSums(summed, days, BillingClicksByDay.DAY)));
    metrics.add(
        agreement(
            "users of days = users of quarter hours",
            RollupDifferences.ofUsers(summed, days, BillingClicksByDay.DAY)));
    return metrics;
  }

  private static List<QualityMetric> check(TableName table, Dataset<Row> rows, String time) {
    if (rows.isEmpty()) {
      // A day without clicks: Deequ has no metric of no rows, and there is nothing to be wrong.
      return List.of();
    }
    String classes =
        String.join(
            " + ",
            ClickMeasures.DUPLICATE_CLICKS,
            ClickMeasures.GENERAL_INVALID_CLICKS,
            ClickMeasures.SOPHISTICATED_INVALID_CLICKS,
            VALID);
    return QualityCheck.on(table, rows)
        .complete(
            Stream.concat(
                    Stream.of(
                        time,
                        ClickDimensions.AD_ID,
                        ClickDimensions.PUBLISHER_ID,
                        BillingClicksByQuarterHour.REVISION,
                        BillingClicksByQuarterHour.RUN_ID),
                    ClickMeasures.SUMS.stream())
                .toList())
        .nonNegative(ClickMeasures.SUMS)
        .holds("gross_clicks is the sum of its classes", GROSS + " = " + classes)
        .holds("no cost without valid clicks", VALID + " > 0 OR " + COST + " = 0")
        .holds("no cost without a currency", "currency IS NOT NULL OR " + COST + " = 0")
        .unique(
            Stream.concat(
                    Stream.of(time, BillingClicksByQuarterHour.REVISION),
                    ClickDimensions.ALL.stream())
                .toList())
        .run();
  }

  private static QualityMetric agreement(String rule, Dataset<Row> differences) {
    long wrong = differences.count();
    return QualityMetric.ofFaults(
        BillingClicksByDay.TABLE,
        "Rollups",
        rule,
        wrong,
        "%d rows of the two rollups differ".formatted(wrong));
  }

  private static List<QualityMetric> againstRaw(
      Dataset<Row> quarterHours, SortedMap<LocalDate, RawDay> rawDays) {
    Column grain =
        ClickChecksums.ofGrain(unix_seconds(col(BillingClicksByQuarterHour.QUARTER_HOUR)));
    SortedMap<LocalDate, Row> counted = new TreeMap<>();
    quarterHours
        .groupBy(UtcDays.of(BillingClicksByQuarterHour.QUARTER_HOUR))
        .agg(sum(GROSS), sum(col(GROSS).multiply(grain)))
        .collectAsList()
        .forEach(row -> counted.put(row.getDate(0).toLocalDate(), row));
    SortedSet<LocalDate> all = new TreeSet<>(rawDays.keySet());
    all.addAll(counted.keySet());
    List<String> otherNumbers = new ArrayList<>();
    List<String> otherGrains = new ArrayList<>();
    for (LocalDate day : all) {
      Row row = counted.get(day);
      RawDay raw = rawDays.getOrDefault(day, RawDay.NONE);
      long clicks = row == null ? 0 : row.getLong(1);
      if (clicks != raw.clicks()) {
        otherNumbers.add("%s: %d, not %d".formatted(day, clicks, raw.clicks()));
      }
      if ((row == null ? 0 : row.getLong(2)) != raw.grainChecksum()) {
        otherGrains.add(day.toString());
      }
    }
    return List.of(
        ofRaw(
            "gross_clicks of a day = its rows in raw.clicks",
            otherNumbers,
            "days have other numbers of clicks than raw.clicks: "),
        ofRaw(
            "gross_clicks by quarter hour, ad, publisher, country and device = rows in raw.clicks",
            otherGrains,
            "days have clicks where raw.clicks has none: "));
  }

  private static QualityMetric ofRaw(String rule, List<String> days, String fault) {
    return QualityMetric.ofFaults(
        BillingClicksByQuarterHour.TABLE, "Rollups", rule, days.size(), fault + days);
  }
}
