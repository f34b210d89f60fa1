package io.clickledger.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;

import io.clickledger.schemas.RawClicks;
import java.util.Comparator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * Which of several rows with one click_id is the click, and which are its duplicates: the first in
 * the order of landing is the click. Coordinates decide, never a sender's clock, so that the answer
 * stays the same for ever.
 */
public final class Duplicates {
  /** Added by {@link #mark}: true for every row of a click_id but the first. */
  public static final String DUPLICATE = "duplicate";

  private Duplicates() {}

  /** The order of landing, as columns of raw.clicks. */
  public static Column[] landingOrder() {
    return new Column[] {
      col(RawClicks.LANDED_AT), col(RawClicks.KAFKA_PARTITION), col(RawClicks.KAFKA_OFFSET)
    };
  }

  /** The order of landing, for rows in hand. */
  public static Comparator<Row> inLandingOrder() {
    return Comparator.<Row, java.sql.Timestamp>comparing(row -> row.getAs(RawClicks.LANDED_AT))
        .thenComparing(row -> row.<Integer>getAs(RawClicks.KAFKA_PARTITION))
        .thenComparing(row -> row.<Long>getAs(RawClicks.KAFKA_OFFSET));
  }

  /** Adds {@link #DUPLICATE}, exact over all the rows given. */
  public static Dataset<Row> mark(Dataset<Row> clicks) {
    Column place =
        row_number().over(Window.partitionBy(RawClicks.CLICK_ID).orderBy(landingOrder()));
    return clicks.withColumn(DUPLICATE, place.gt(1));
  }
}
