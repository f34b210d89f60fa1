package io.clickledger.batch.billing.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.to_date;

import java.time.LocalDate;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;

/** Conditions and look-ups by UTC day, in the form that Iceberg can prune files with. */
public final class UtcDays {
  private UtcDays() {}

  /** The time lies in one of the days: half-open ranges, one for each run of successive days. */
  public static Column contain(SortedSet<LocalDate> days, String time) {
    Column contained = lit(false);
    LocalDate start = null;
    LocalDate end = null;
    for (LocalDate day : days) {
      if (day.equals(end)) {
        end = day.plusDays(1);
      } else {
        contained = start == null ? contained : contained.or(between(time, start, end));
        start = day;
        end = day.plusDays(1);
      }
    }
    return start == null ? contained : contained.or(between(time, start, end));
  }

  /** The time lies in [start, end), both UTC midnights. */
  static Column between(String time, LocalDate start, LocalDate end) {
    return col(time)
        .geq(lit(BillingRunDays.start(start)))
        .and(col(time).lt(lit(BillingRunDays.start(end))));
  }

  /** What a day maps to; every day of the rows must be in the map. */
  public static Column lookUp(Map<LocalDate, Integer> byDay, Column day) {
    return map(byDay.entrySet().stream()
            .flatMap(e -> Stream.of(lit(e.getKey()), lit(e.getValue())))
            .toArray(Column[]::new))
        .apply(day);
  }

  /** The UTC day of a time. */
  public static Column of(String time) {
    return to_date(col(time));
  }
}
