package io.clickledger.batch.billing.rollup;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.batch.quality.QualityCheck;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The gate before rollups are published. It checks every row, that the rows of both tables have the
 * same sums, and that they count every raw row once.
 */
public final class RollUpGate {
  /** Column of {@code rawRows}: how many clicks of the day the run must have judged. */
  public static final String RAW_ROWS = "raw_rows";

  private static final String GROSS = ClickMeasures.GROSS_CLICKS;
  private static final String VALID = ClickMeasures.VALID_CLICKS;
  private static final String COST = ClickMeasures.COST_MICROS;

  private RollUpGate() {}

  /**
   * Checks the rows of a billing run, as they are on its branch.
   *
   * @param rawRows the days that the run changed and their {@link #RAW_ROWS}, counted in
   *     raw.clicks; where late clicks are added to a day, only those
   */
  public static List<QualityMetric> check(
      Dataset<Row> quarterHours, Dataset<Row> days, Dataset<Row> rawRows) {
    List<QualityMetric> metrics = new ArrayList<>();
    metrics.addAll(
        check(
            BillingClicksByQuarterHour.TABLE,
            quarterHours,
            BillingClicksByQuarterHour.QUARTER_HOUR));
    metrics.addAll(check(BillingClicksByDay.TABLE, days, BillingClicksByDay.DAY));
    metrics.addAll(
        QualityCheck.on(BillingClicksByQuarterHour.TABLE, againstRaw(quarterHours, rawRows))
            .holds("gross_clicks of a day = its rows in raw.clicks", GROSS + " = " + RAW_ROWS)
            .run());
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

  private static Dataset<Row> againstRaw(Dataset<Row> quarterHours, Dataset<Row> rawRows) {
    String day = BillingClicksByDay.DAY;
    Dataset<Row> counted =
        quarterHours
            .groupBy(UtcDays.of(BillingClicksByQuarterHour.QUARTER_HOUR).as(day))
            .agg(sum(GROSS).as(GROSS));
    return rawRows
        .join(counted, rawRows.col(day).equalTo(counted.col(day)), "full")
        .select(
            coalesce(col(GROSS), lit(0L)).as(GROSS), coalesce(col(RAW_ROWS), lit(0L)).as(RAW_ROWS));
  }
}
