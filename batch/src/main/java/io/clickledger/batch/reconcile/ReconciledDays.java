package io.clickledger.batch.reconcile;

import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.schemas.AuditReconciliation;
import io.clickledger.schemas.ClickMeasures;
import java.time.LocalDate;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/**
 * By how much live and final differ on the days that became final.
 *
 * @param days that were compared
 * @param differences sums by cause and measure, final minus live; causes without one are left out
 * @param unexplained the unexplained differences of all measures, none cancelling another
 */
public record ReconciledDays(
    SortedSet<LocalDate> days,
    Map<DifferenceCause, SortedMap<String, Long>> differences,
    long unexplained) {
  /** No day was compared. */
  public static final ReconciledDays NONE = new ReconciledDays(new TreeSet<>(), Map.of(), 0);

  public ReconciledDays {
    days = Collections.unmodifiableSortedSet(new TreeSet<>(days));
  }

  /**
   * @param sums cause, measure, difference, magnitude
   */
  static ReconciledDays of(SortedSet<LocalDate> days, List<Row> sums) {
    Map<DifferenceCause, SortedMap<String, Long>> differences =
        new EnumMap<>(DifferenceCause.class);
    long unexplained = 0;
    for (Row row : sums) {
      DifferenceCause cause = DifferenceCause.valueOf(row.getString(0));
      differences
          .computeIfAbsent(cause, any -> new TreeMap<>())
          .put(row.getString(1), row.getLong(2));
      if (cause == DifferenceCause.UNEXPLAINED) {
        unexplained = Math.addExact(unexplained, row.getLong(3));
      }
    }
    return new ReconciledDays(days, differences, unexplained);
  }

  /**
   * Every difference has a cause, or a person has accepted it.
   *
   * @param accepted the unexplained difference that an operator accepts
   */
  public QualityMetric check(long accepted) {
    boolean holds = unexplained == accepted || unexplained == 0;
    return new QualityMetric(
        AuditReconciliation.TABLE,
        "Reconciliation",
        "live and final differ for known causes only",
        OptionalDouble.of(unexplained),
        holds ? QualityMetric.Status.SUCCESS : QualityMetric.Status.ERROR,
        holds
            ? ""
            : ("live and final differ on %s by %d (clicks and micros of all measures) without a cause:"
                    + " %s. See audit.reconciliation, and accept exactly this with --accept-unexplained"
                    + " %d --reason TEXT")
                .formatted(
                    days, unexplained, differences.get(DifferenceCause.UNEXPLAINED), unexplained));
  }

  /** For people: a line for each cause. */
  @Override
  public String toString() {
    if (days.isEmpty()) {
      return "live and final were not compared: no day became final that live still keeps";
    }
    String compared = "live against final, %s: ".formatted(days);
    if (differences.isEmpty()) {
      return compared + "equal in every hour and campaign";
    }
    return compared
        + differences.entrySet().stream()
            .map(cause -> "\n  %-24s  %s".formatted(cause.getKey(), text(cause.getValue())))
            .collect(Collectors.joining());
  }

  private static String text(SortedMap<String, Long> sums) {
    return ClickMeasures.SUMS.stream()
        .filter(measure -> sums.getOrDefault(measure, 0L) != 0)
        .map(measure -> "%s %+d".formatted(measure, sums.get(measure)))
        .collect(Collectors.joining(", "));
  }
}
