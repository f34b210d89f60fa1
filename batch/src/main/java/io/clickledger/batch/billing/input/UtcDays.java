package io.clickledger.batch.billing.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.to_date;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;

/** Conditions and look-ups by UTC day, in the form that Iceberg can prune files with. */
public final class UtcDays {
  private UtcDays() {}

  /** Successive days: from the first to the end, exclusive. */
  public record Run(LocalDate first, LocalDate end) {}

  /** The days as runs of successive ones, in order. */
  public static List<Run> runs(SortedSet<LocalDate> days) {
    List<Run> runs = new ArrayList<>();
    LocalDate first = null;
    LocalDate end = null;
    for (LocalDate day : days) {
      if (!day.equals(end)) {
        if (first != null) {
          runs.add(new Run(first, end));
        }
        first = day;
      }
      end = day.plusDays(1);
    }
    if (first != null) {
      runs.add(new Run(first, end));
    }
    return runs;
  }

  /** The time lies in one of the days: half-open ranges, one for each run of successive days. */
  public static Column contain(SortedSet<LocalDate> days, String time) {
    return runs(days).stream()
        .map(run -> between(time, run.first(), run.end()))
        .reduce(Column::or)
        .orElse(lit(false));
  }

  /** The time lies in one of the days, or so long before or after one: likewise. */
  public static Column around(SortedSet<LocalDate> days, String time, Duration reach) {
    return runs(days).stream()
        .map(
            run ->
                between(
                    time,
                    BillingRunDays.start(run.first()).minus(reach),
                    BillingRunDays.start(run.end()).plus(reach)))
        .reduce(Column::or)
        .orElse(lit(false));
  }

  /** The time lies in [start, end), both UTC midnights. */
  public static Column between(String time, LocalDate start, LocalDate end) {
    return between(time, BillingRunDays.start(start), BillingRunDays.start(end));
  }

  private static Column between(String time, Instant start, Instant end) {
    return col(time).geq(lit(start)).and(col(time).lt(lit(end)));
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
