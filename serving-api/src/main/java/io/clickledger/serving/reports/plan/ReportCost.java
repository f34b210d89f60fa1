package io.clickledger.serving.reports.plan;

import io.clickledger.http.Problem;
import io.clickledger.http.ProblemException;
import io.clickledger.serving.pins.FinalTable;
import java.time.Duration;

/** Refuses a report before Trino is asked, if it would read too much. */
final class ReportCost {
  private ReportCost() {}

  /**
   * @throws ProblemException 400 that says what to narrow
   */
  static void check(ReportPlan plan, int maxDays) {
    long days = Duration.between(plan.query().from(), plan.seam()).toDays();
    if (plan.finalTable() == FinalTable.QUARTER_HOUR && days > maxDays) {
      throw new ProblemException(
          new Problem(
                  400,
                  "report-too-costly",
                  "Report too costly",
                  ("the report would read %d days of final quarter hours; at most %d are allowed:"
                          + " ask for a shorter range, or for whole UTC days (from and to at UTC"
                          + " midnight, granularity=day or total, time_zone=UTC), which are read from"
                          + " sums of days")
                      .formatted(days, maxDays))
              .with("max_days", maxDays));
    }
  }
}
