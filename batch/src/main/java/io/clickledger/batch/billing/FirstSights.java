package io.clickledger.batch.billing;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;

import io.clickledger.schemas.RawClicks;
import io.clickledger.spark.Duplicates;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Function1;

/**
 * Duplicates whose first sight lies on a day that the night does not compute: the rows of other
 * days take part with their ids and coordinates only.
 */
public final class FirstSights {
  /** What of a row of raw.clicks takes part. */
  public static final String[] COLUMNS = {
    RawClicks.CLICK_ID, RawClicks.LANDED_AT, RawClicks.KAFKA_PARTITION, RawClicks.KAFKA_OFFSET
  };

  private static final String ELSEWHERE = "elsewhere";
  private static final String FIRST = "first";

  private FirstSights() {}

  /**
   * Marks as duplicates, beside those that {@link Duplicates#mark} found, the rows whose click_id
   * landed earlier among {@code others}.
   *
   * @param others rows with {@link #COLUMNS}, none of them among the rows that are marked
   */
  public static Function1<Dataset<Row>, Dataset<Row>> among(Dataset<Row> others) {
    Dataset<Row> firsts =
        others
            .groupBy(col(RawClicks.CLICK_ID).as(ELSEWHERE))
            .agg(min(struct(Duplicates.landingOrder())).as(FIRST));
    Column landedBefore = col(FIRST).lt(struct(Duplicates.landingOrder()));
    return marked ->
        marked
            .join(firsts, col(RawClicks.CLICK_ID).equalTo(col(ELSEWHERE)), "left")
            .withColumn(
                Duplicates.DUPLICATE,
                col(Duplicates.DUPLICATE).or(coalesce(landedBefore, lit(false))))
            .drop(ELSEWHERE, FIRST);
  }
}
