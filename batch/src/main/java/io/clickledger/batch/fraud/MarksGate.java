package io.clickledger.batch.fraud;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.unix_micros;

import io.clickledger.batch.billing.input.ClickChecksums;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.schemas.FraudClickIds;
import java.time.Duration;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The gate of the marks of duplicates: by SQL alone, that each click that landed since the run
 * before is marked once, and that no click_id has several new clicks that all count although all
 * lie within the dedup horizon.
 */
public final class MarksGate {
  private static final String CLICKS = "clicks";
  private static final String SPAN = "span_micros";

  private MarksGate() {}

  /**
   * Checks.
   *
   * @param marks rows of fraud.click_ids that the run added
   * @param landed rows of raw.clicks that landed since the run before
   * @param horizon how far apart the clicked_at of duplicates may lie
   */
  public static List<QualityMetric> check(
      Dataset<Row> marks, Dataset<Row> landed, Duration horizon) {
    Row marked = clicks(marks);
    Row counted = clicks(landed);
    long difference = marked.getLong(0) - counted.getLong(0);
    long twice =
        marks
            .where(not(col(FraudClickIds.IS_DUPLICATE)))
            .groupBy(FraudClickIds.CLICK_ID_HIGH, FraudClickIds.CLICK_ID_LOW)
            .agg(
                count(lit(1)).as(CLICKS),
                max(unix_micros(col(FraudClickIds.CLICKED_AT)))
                    .minus(min(unix_micros(col(FraudClickIds.CLICKED_AT))))
                    .as(SPAN))
            .where(col(CLICKS).gt(1).and(col(SPAN).leq(horizon.toMillis() * 1_000)))
            .count();
    return List.of(
        metric(
            "every landed click is marked once",
            difference == 0 && !marked.equals(counted) ? 1 : difference,
            "%d clicks are marked, and %d landed since the run before; or they are others"
                .formatted(marked.getLong(0), counted.getLong(0))),
        metric(
            "no click_id counts twice",
            twice,
            "%d click_ids have two clicks within the dedup horizon that are no duplicates"
                .formatted(twice)));
  }

  private static Row clicks(Dataset<Row> rows) {
    return rows.agg(count(lit(1)), coalesce(ClickChecksums.ofClicks(), lit(0L))).first();
  }

  private static QualityMetric metric(String rule, long wrong, String fault) {
    return QualityMetric.ofFaults(FraudClickIds.TABLE, "Marks", rule, wrong, fault);
  }
}
