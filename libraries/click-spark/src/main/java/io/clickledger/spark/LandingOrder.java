package io.clickledger.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udaf;
import static org.apache.spark.sql.functions.unix_micros;

import io.clickledger.schemas.RawClicks;
import java.time.Duration;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.expressions.Window;
import scala.Function1;

/**
 * Which rows with one click_id are duplicates: a row is one if another row with its click_id landed
 * before it and their clicked_at lie at most a horizon apart. This depends on the two rows only,
 * not on which other rows are read. The order of landing decides which of the two is the duplicate,
 * never a sender's clock, so the result never changes.
 */
public final class Duplicates {
  /** Added by {@link #mark}: whether the row is a duplicate. */
  public static final String DUPLICATE = "duplicate";

  /** The columns that it needs. */
  public static final List<String> COLUMNS =
      List.of(
          RawClicks.CLICK_ID,
          RawClicks.CLICKED_AT,
          RawClicks.LANDED_AT,
          RawClicks.KAFKA_PARTITION,
          RawClicks.KAFKA_OFFSET);

  private Duplicates() {}

  /** The order of landing, as columns of raw.clicks. */
  public static Column[] landingOrder() {
    return new Column[] {
      col(RawClicks.LANDED_AT), col(RawClicks.KAFKA_PARTITION), col(RawClicks.KAFKA_OFFSET)
    };
  }

  /**
   * Adds {@link #DUPLICATE}, exact for every row whose earlier rows within the horizon are among
   * those given.
   *
   * @param horizon not negative
   */
  public static Function1<Dataset<Row>, Dataset<Row>> mark(Duration horizon) {
    UserDefinedFunction repeats =
        udaf(new RepeatedClick(Math.multiplyExact(horizon.toMillis(), 1_000L)), Encoders.LONG());
    return clicks ->
        clicks.withColumn(
            DUPLICATE,
            repeats
                .apply(unix_micros(col(RawClicks.CLICKED_AT)))
                .over(
                    Window.partitionBy(RawClicks.CLICK_ID)
                        .orderBy(landingOrder())
                        .rowsBetween(Window.unboundedPreceding(), Window.currentRow())));
  }
}
