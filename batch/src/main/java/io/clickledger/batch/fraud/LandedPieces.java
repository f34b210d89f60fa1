package io.clickledger.batch.fraud;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;

import io.clickledger.history.LandedWindow;
import io.clickledger.schemas.RawClicks;
import io.clickledger.spark.KeptRows;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * Clicks in pieces of whole landings, oldest first. Within a piece Kafka's coordinates are unique:
 * where a topic was created again and its offsets began anew, a piece begins.
 */
final class LandedPieces {
  private static final String ROWS = "landed_rows";
  private static final String FIRST = "first_offset";
  private static final String LAST = "last_offset";
  private static final String BEFORE = "last_offset_before";

  private LandedPieces() {}

  /**
   * The pieces; none for no clicks.
   *
   * @param maxRows of a piece, unless one landing has more
   */
  static List<LandedWindow> of(Dataset<Row> clicks, long maxRows) {
    Dataset<Row> counted =
        clicks
            .groupBy(RawClicks.LANDED_AT, RawClicks.KAFKA_PARTITION)
            .agg(
                count(lit(1)).as(ROWS),
                min(RawClicks.KAFKA_OFFSET).as(FIRST),
                max(RawClicks.KAFKA_OFFSET).as(LAST));
    try (KeptRows kept = KeptRows.of(counted)) {
      Dataset<Row> landings = kept.rows();
      SortedMap<Instant, Long> rows = new TreeMap<>();
      landings
          .groupBy(RawClicks.LANDED_AT)
          .agg(sum(ROWS))
          .collectAsList()
          .forEach(row -> rows.put(landedAt(row), row.getLong(1)));
      return rows.isEmpty() ? List.of() : split(rows, restarts(landings), maxRows);
    }
  }

  /** The landings at which the offsets of a partition began anew. */
  private static TreeSet<Instant> restarts(Dataset<Row> landings) {
    TreeSet<Instant> restarts = new TreeSet<>();
    landings
        .withColumn(
            BEFORE,
            lag(LAST, 1)
                .over(Window.partitionBy(RawClicks.KAFKA_PARTITION).orderBy(RawClicks.LANDED_AT)))
        .where(col(FIRST).leq(col(BEFORE)))
        .select(RawClicks.LANDED_AT)
        .distinct()
        .collectAsList()
        .forEach(row -> restarts.add(landedAt(row)));
    return restarts;
  }

  private static List<LandedWindow> split(
      SortedMap<Instant, Long> rows, TreeSet<Instant> restarts, long maxRows) {
    List<LandedWindow> pieces = new ArrayList<>();
    Instant from = rows.firstKey();
    restarts.add(rows.lastKey().plus(1, ChronoUnit.MICROS));
    for (Instant to : restarts) {
      if (to.isAfter(from)) {
        pieces.addAll(
            new LandedWindow(from, to.minus(1, ChronoUnit.MICROS))
                .split(rows.subMap(from, to), maxRows));
        from = to;
      }
    }
    return pieces;
  }

  private static Instant landedAt(Row row) {
    return row.<Timestamp>getAs(0).toInstant();
  }
}
