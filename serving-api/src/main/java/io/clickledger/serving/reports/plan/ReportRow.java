package io.clickledger.serving.reports.plan;

import io.clickledger.serving.reports.query.Periods;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * One row of a report.
 *
 * @param place of its period, counted from 0
 * @param values of the dimensions in the query's order; null where the lake has null
 * @param measures in the query's order
 * @param revision the greatest of its days: 0 as first published, one more for each restatement
 * @param isOpen whether a later billing run may still change it
 */
public record ReportRow(
    int place,
    List<String> values,
    List<Long> measures,
    Finality finality,
    Basis basis,
    int revision,
    boolean isOpen) {

  public ReportRow {
    // List.copyOf refuses nulls.
    values = Collections.unmodifiableList(Arrays.asList(values.toArray(String[]::new)));
    measures = List.copyOf(measures);
  }

  /** The row of a period, which says how final it is. */
  static ReportRow of(
      ReportPlan plan,
      Periods periods,
      int place,
      List<String> values,
      List<Long> measures,
      int revision) {
    Instant start = periods.start(place);
    Basis basis = Basis.of(start, periods.end(place), plan.seam());
    boolean isClosed =
        basis == Basis.FINAL
            && plan.publication().orElseThrow().closed().containAll(start, periods.end(place));
    return new ReportRow(
        place, values, measures, Finality.of(basis, revision), basis, revision, !isClosed);
  }
}
