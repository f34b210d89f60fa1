package io.clickledger.batch.fraud.behaviour;

import io.clickledger.schemas.RawClicks;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The clicks of a day that behaviour is read from. Those with a flag of a rule have a verdict
 * already and say nothing of the others, so they are left out.
 */
final class DayClicks {
  /** Milliseconds of clicked_at, a hash of click_id, and one of the user, or the click's. */
  static final String AT = "at";

  static final String ID = "id";
  static final String USER = "user";

  /** Seconds since the click before of the same key; null for the first. */
  static final String GAP = "gap";

  /** The gap where it is none of sleep or of work: an interval between clicks. */
  static final String INTERVAL = "interval_seconds";

  private static final int MAX_INTERVAL_SECONDS = 3 * 3_600;

  private DayClicks() {}

  /** Unflagged clicks with {@link #AT}, {@link #ID} and {@link #USER} beside their columns. */
  static Dataset<Row> of(Dataset<Row> day) {
    return day.where("coalesce(size(%s), 0) <= 0".formatted(RawClicks.FRAUD_FLAGS))
        .selectExpr(
            "*",
            "unix_millis(%s) AS %s".formatted(RawClicks.CLICKED_AT, AT),
            "xxhash64(%s) AS %s".formatted(RawClicks.CLICK_ID, ID))
        .selectExpr(
            "*",
            "if(%1$s IS NULL, id, xxhash64(%1$s)) AS %2$s".formatted(RawClicks.USER_HASH, USER));
  }

  /**
   * Adds {@link #GAP} and {@link #INTERVAL}, without the clicks that were sent again. The clicks of
   * a key must lie in one partition.
   */
  static Dataset<Row> withGaps(Dataset<Row> clicks, String... key) {
    String before =
        "OVER (PARTITION BY %s ORDER BY %s, %s)".formatted(String.join(", ", key), AT, ID);
    return clicks
        .selectExpr(
            "*", "lag(at) " + before + " AS at_before", "lag(id) " + before + " AS id_before")
        .where("at_before IS NULL OR at_before <> at OR id_before <> id")
        .selectExpr("*", "(at - at_before) / 1000D AS " + GAP)
        .selectExpr("*", "if(gap < %d, gap, NULL) AS %s".formatted(MAX_INTERVAL_SECONDS, INTERVAL))
        .drop("at_before", "id_before");
  }
}
