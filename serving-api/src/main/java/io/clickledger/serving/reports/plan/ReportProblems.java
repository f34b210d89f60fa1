package io.clickledger.serving.reports.plan;

import io.clickledger.http.Problem;
import io.clickledger.http.ProblemException;
import io.clickledger.serving.reports.query.ReportSettings;

/** What is answered to a report that asks for too much, or comes at a bad time. */
final class ReportProblems {
  private ReportProblems() {}

  static ProblemException tooManyScans() {
    return new ProblemException(
        new Problem(
                503,
                "too-many-reports",
                "Too many reports at once",
                "too many reports wait to be counted: try again in a moment")
            .withHeader("Retry-After", "2"));
  }

  static ProblemException tooSlow(ReportSettings settings) {
    return new ProblemException(
        new Problem(
                503,
                "report-too-slow",
                "Report too slow",
                ("the report was not counted within %d ms: ask for a shorter range, a coarser"
                        + " granularity, fewer group_by or more filters, or try again later")
                    .formatted(settings.scanTimeout().toMillis()))
            .withHeader("Retry-After", "10"));
  }

  static ProblemException tooManyRows(ReportSettings settings) {
    return new ProblemException(
        new Problem(
                422,
                "too-many-rows",
                "Too many rows",
                ("the report has more than %d rows: ask for a shorter range, a coarser granularity,"
                        + " fewer group_by or more filters, or for the first rows by limit and"
                        + " order_by")
                    .formatted(settings.maxRows()))
            .with("max_rows", settings.maxRows()));
  }

  static ProblemException tooManySketches(ReportSettings settings) {
    return new ProblemException(
        new Problem(
                422,
                "too-many-sketches",
                "Too many sketches",
                ("unique_users would merge more than %d sketches: ask for a shorter range or more"
                        + " filters")
                    .formatted(settings.maxSketches()))
            .with("max_sketches", settings.maxSketches()));
  }
}
