package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;

import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.RefPublishers;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Whether the payable of a local day is the publisher's share of the cost, to the micro. */
record ShareCheck(BookedSums booked, ReferenceVersions versions) {
  /**
   * Checks it.
   *
   * @param which of the grains: publishers must have one share around their days
   */
  QualityMetric check(Column which) {
    String of = "share_of";
    String shares = "shares";
    String share = RefPublishers.REVENUE_SHARE_PERCENT;
    Dataset<Row> inForce =
        versions
            .inForce(RefPublishers.TABLE, RefPublishers.PUBLISHER_ID)
            .select(
                col(RefPublishers.PUBLISHER_ID).as(of),
                col(ReferenceVersions.FROM),
                col(ReferenceVersions.TO),
                col(share));
    Column[] sums =
        Stream.concat(Stream.of(BookedSums.GRAIN), BookedSums.ALL.stream())
            .map(column -> col(column))
            .toArray(Column[]::new);
    Column right =
        col(shares)
            .equalTo(1)
            .and(col(BookedSums.PAYABLE).equalTo(PricedClicks.share(BookedSums.COST)))
            .and(col(BookedSums.KEPT_PAYABLE).equalTo(PricedClicks.share(BookedSums.KEPT_COST)));
    Column isCharged =
        Stream.of(
                BookedSums.COST, BookedSums.PAYABLE, BookedSums.KEPT_COST, BookedSums.KEPT_PAYABLE)
            .map(sum -> col(sum).notEqual(0L))
            .reduce(Column::or)
            .orElseThrow();
    long wrong =
        booked
            .of(which)
            .where(isCharged)
            .join(
                broadcast(inForce),
                col(BillingLedger.PUBLISHER_ID)
                    .equalTo(col(of))
                    .and(ReferenceVersions.inForceNear(BillingLedger.BILLING_DAY)),
                "left")
            .groupBy(sums)
            .agg(count(of).as(shares), max(share).as(share))
            .where(not(coalesce(right, lit(false))))
            .count();
    return LedgerRows.metric(
        "shares are those of ref.publishers",
        wrong,
        "%d local days pay a publisher another share of the cost");
  }
}
