package io.clickledger.batch.billing.rollup;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_seconds;
import static org.apache.spark.sql.functions.unix_seconds;

import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.RawClicks;
import io.clickledger.spark.Measures;
import java.time.LocalDate;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Function1;

/** The final tables' rows: quarter hours out of judged clicks, days out of quarter hours. */
public final class Rollups {
  private static final long QUARTER_HOUR_SECONDS = 15 * 60;

  private Rollups() {}

  /** Judged clicks counted by quarter of an hour of clicked_at, UTC. */
  public static Dataset<Row> quarterHours(Dataset<Row> judged) {
    Column start =
        timestamp_seconds(
            floor(unix_seconds(col(RawClicks.CLICKED_AT)).divide(QUARTER_HOUR_SECONDS))
                .multiply(QUARTER_HOUR_SECONDS));
    return Measures.of(judged, start.as(BillingClicksByQuarterHour.QUARTER_HOUR));
  }

  /** Days as the sums of their quarter hours. */
  public static Dataset<Row> days(Dataset<Row> quarterHours) {
    return Measures.sumOf(
        quarterHours,
        UtcDays.of(BillingClicksByQuarterHour.QUARTER_HOUR).as(BillingClicksByDay.DAY));
  }

  /**
   * Adds to every row the run that computed it and the revision of its day.
   *
   * @param day the row's UTC day
   * @param revisions of every day among the rows
   */
  public static Function1<Dataset<Row>, Dataset<Row>> withRunAndRevision(
      String runId, Column day, Map<LocalDate, Integer> revisions) {
    return rows ->
        rows.withColumn(BillingClicksByQuarterHour.REVISION, UtcDays.lookUp(revisions, day))
            .withColumn(BillingClicksByQuarterHour.RUN_ID, lit(runId));
  }
}
