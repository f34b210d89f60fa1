package io.clickledger.batch.billing.rollup;

import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.schemas.BillingClicksByDay;

/**
 * Accounts for every click that ever landed: it is published, waits for its day to become final, or
 * landed after its day was closed. The total comes from landing commits and the others from rows,
 * so that a loss in one shows in the comparison. A click in none of these places is missing, and an
 * operator has to accept it.
 *
 * @param landed clicks that landed up to the run's newest landing, by the landing commits
 * @param published gross_clicks of all days of billing.clicks_by_day
 * @param waiting clicks from the seam on
 * @param afterClose clicks that landed after their day was closed, of all time
 * @param accepted missing clicks that a person accepted, of all time
 */
public record ClickBalance(
    long landed, long published, long waiting, long afterClose, long accepted) {
  /** Before the first run. */
  public static final ClickBalance NONE = new ClickBalance(0, 0, 0, 0, 0);

  /** Every click that landed is in one of the places, or accepted as missing. */
  public QualityMetric check() {
    long missing = landed - published - waiting - afterClose - accepted;
    return QualityMetric.ofFaults(
        BillingClicksByDay.TABLE,
        "Balance",
        "landed = published + waiting + landed after close + accepted",
        missing,
        ("the landing commits say that %d clicks landed, but %d are published, %d wait for"
                + " their day, %d landed after it was closed and %d are accepted as missing:"
                + " %d are missing")
            .formatted(landed, published, waiting, afterClose, accepted, missing));
  }
}
