package io.clickledger.serving.reports.plan;

import io.clickledger.serving.pins.Freshness;
import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.reports.query.ReportQuery;

/**
 * A report and what it is worth: its pin and how fresh that is.
 *
 * @param isStale whether the lake did not say for a while what its newest snapshots are
 */
public record ReportAnswer(
    ReportPlan plan, Pin pin, Freshness freshness, ReportRows rows, boolean isStale) {

  public ReportQuery query() {
    return plan.query();
  }

  /** The memory that it takes: an estimate. */
  public int bytes() {
    return AnswerBytes.of(plan, rows);
  }
}
