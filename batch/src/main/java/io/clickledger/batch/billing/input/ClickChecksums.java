package io.clickledger.batch.billing.input;

import static org.apache.spark.sql.functions.bit_xor;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.unix_seconds;
import static org.apache.spark.sql.functions.xxhash64;

import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.RawClicks;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;

/**
 * Checksums by which two tables are known to have the same clicks without a join. They do not
 * depend on the order of rows.
 */
public final class ClickChecksums {
  private static final long QUARTER_HOUR_SECONDS = 15 * 60;

  /** So few bits that sums over all clicks of a day, which must not overflow, stay in a long. */
  private static final long GRAIN_BITS = (1L << 31) - 1;

  private ClickChecksums() {}

  /**
   * Of the clicks one by one: their Kafka coordinates and clicked_at. Beside an equal number of
   * rows, it is equal only if each click is there once: to keep the number, a lost click needs
   * another one twice, and neither cancels the other.
   */
  public static Column ofClicks() {
    return bit_xor(
        xxhash64(
            col(RawClicks.KAFKA_PARTITION),
            col(RawClicks.KAFKA_OFFSET),
            col(RawClicks.CLICKED_AT)));
  }

  /**
   * Of what a click is counted by and no judgement changes: quarter of an hour, ad, publisher,
   * country and device. The sum over clicks equals the sum over rows of counts times their clicks.
   *
   * @param quarterHour the start in seconds
   */
  public static Column ofGrain(Column quarterHour) {
    return of(
        quarterHour,
        ClickDimensions.AD_ID,
        ClickDimensions.PUBLISHER_ID,
        ClickDimensions.GEO_COUNTRY,
        ClickDimensions.DEVICE_TYPE);
  }

  /**
   * Of a first value and dimensions, 31 bits. Null is a value of its own: that a value stands in
   * the next column shows.
   */
  public static Column of(Column first, String... dimensions) {
    Column[] values =
        Stream.concat(
                Stream.of(first),
                Stream.of(dimensions).map(dimension -> coalesce(col(dimension), lit(""))))
            .toArray(Column[]::new);
    return xxhash64(values).bitwiseAND(lit(GRAIN_BITS));
  }

  /** The start of the quarter of an hour of a time, in seconds. */
  public static Column quarterHour(String time) {
    Column seconds = unix_seconds(col(time));
    return seconds.minus(pmod(seconds, lit(QUARTER_HOUR_SECONDS)));
  }
}
