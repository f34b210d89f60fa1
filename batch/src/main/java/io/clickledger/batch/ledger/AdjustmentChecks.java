package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.trunc;
import static org.apache.spark.sql.functions.when;

import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingPeriods;
import io.clickledger.schemas.BillingUnchargedClicks;
import io.clickledger.schemas.RefPublishers;
import io.clickledger.schemas.TableName;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What the gate of the ledger asks of adjustments, and of clicks that nobody is paid for.
 *
 * @param tables the rows of a table as they are on the branch
 */
record AdjustmentChecks(
    Function<TableName, Dataset<Row>> tables, ReferenceVersions versions, String runId) {
  private static final int MAX_NAMED = 20;

  List<QualityMetric> check() {
    return tables.apply(BillingAdjustments.TABLE).isEmpty()
        ? List.of(unknownPublishers())
        : List.of(causes(), states(), unknownPublishers());
  }

  /** What a run corrects has a cause. */
  private QualityMetric causes() {
    List<Row> wrong =
        tables
            .apply(BillingAdjustments.TABLE)
            .where(
                col(BillingAdjustments.RUN_ID)
                    .equalTo(runId)
                    .and(size(col(BillingAdjustments.CAUSES)).equalTo(0)))
            .select(
                BillingAdjustments.BILLING_DAY,
                BillingAdjustments.CAMPAIGN_ID,
                BillingAdjustments.PUBLISHER_ID,
                BillingAdjustments.ACCOUNT,
                BillingAdjustments.DEBIT_MICROS,
                BillingAdjustments.CREDIT_MICROS)
            .limit(MAX_NAMED)
            .collectAsList();
    return LedgerRows.metric(
        "every adjustment has a cause",
        wrong.size(),
        "%d or more corrections of closed periods have no cause that is known: " + wrong);
  }

  /** Settled is what is booked in a closed period, and nothing else. */
  private QualityMetric states() {
    String of = "period_of";
    String month = "period";
    Dataset<Row> closed =
        tables
            .apply(BillingPeriods.TABLE)
            .select(col(BillingPeriods.ADVERTISER_ID).as(of), col(BillingPeriods.MONTH).as(month))
            .distinct();
    Column right =
        when(col(of).isNull(), lit(Adjustments.OPEN)).otherwise(lit(PeriodClose.SETTLED));
    long wrong =
        tables
            .apply(BillingAdjustments.TABLE)
            .join(
                broadcast(closed),
                col(BillingAdjustments.ADVERTISER_ID)
                    .equalTo(col(of))
                    .and(trunc(col(BillingAdjustments.BOOKED_ON), "month").equalTo(col(month))),
                "left")
            .where(not(coalesce(col(BillingAdjustments.STATE).equalTo(right), lit(false))))
            .count();
    return LedgerRows.metric(
        "adjustments are settled by the period of booked_on",
        wrong,
        "%d adjustments are open in a closed period, or settled in an open one");
  }

  /** Clicks of a publisher that is known are charged. */
  private QualityMetric unknownPublishers() {
    long wrong =
        tables
            .apply(BillingUnchargedClicks.TABLE)
            .where(
                col(BillingUnchargedClicks.REASON)
                    .equalTo(UnchargedReason.UNKNOWN_PUBLISHER.name()))
            .join(
                versions.rows(RefPublishers.TABLE).select(RefPublishers.PUBLISHER_ID).distinct(),
                new String[] {RefPublishers.PUBLISHER_ID},
                "left_semi")
            .count();
    return LedgerRows.metric(
        "only publishers that nobody knows are not paid",
        wrong,
        "%d local days have clicks that are not charged for a publisher that is known");
  }
}
