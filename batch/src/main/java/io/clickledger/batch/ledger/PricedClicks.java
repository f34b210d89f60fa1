package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.bround;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.rules.fraud.Verdict;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingVoidedClicks;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.RefCampaigns;
import io.clickledger.schemas.RefPublishers;
import java.time.Instant;
import java.time.LocalDate;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What valid clicks of ended local days cost, with the shares of then: what must be booked, by the
 * prices of their verdicts and the histories in ref alone.
 */
record PricedClicks(BillingRunBranch branch, ReferenceVersions versions, Instant through) {
  private static final String SHARE = RefPublishers.REVENUE_SHARE_PERCENT;
  private static final String IS_CHARGED = "is_charged";
  private static final String IS_VOIDED = "is_voided";

  /**
   * All clicks of some UTC days, in every measure.
   *
   * @param which of the grains
   */
  Dataset<Row> all(SortedSet<LocalDate> utcDays, Column which) {
    Column price = col(FraudClickVerdicts.PRICE_MICROS);
    Column charged = col(IS_CHARGED);
    return withVoided(priced(branch.verdicts(utcDays)), utcDays)
        .where(which)
        .groupBy(grain(SHARE, IS_CHARGED))
        .agg(
            sum(price).as(BookedSums.COST),
            sum(when(col(IS_VOIDED), 0L).otherwise(price)).as(BookedSums.KEPT_COST))
        .withColumn(BookedSums.PAYABLE, when(charged, share(BookedSums.COST)).otherwise(lit(0)))
        .withColumn(
            BookedSums.KEPT_PAYABLE, when(charged, share(BookedSums.KEPT_COST)).otherwise(lit(0)))
        .withColumn(BookedSums.KEPT_COST, when(charged, col(BookedSums.KEPT_COST)).otherwise(0L))
        .withColumn(BookedSums.UNCHARGED, when(charged, 0L).otherwise(col(BookedSums.COST)))
        .withColumn(BookedSums.COST, when(charged, col(BookedSums.COST)).otherwise(0L))
        .groupBy(grain())
        .agg(
            sum(BookedSums.COST).as(BookedSums.COST),
            sum(BookedSums.UNCHARGED).as(BookedSums.UNCHARGED),
            sum(BookedSums.PAYABLE).cast("bigint").as(BookedSums.PAYABLE),
            sum(BookedSums.KEPT_COST).as(BookedSums.KEPT_COST),
            sum(BookedSums.KEPT_PAYABLE).cast("bigint").as(BookedSums.KEPT_PAYABLE));
  }

  /** Some clicks, without shares: the share of a sum is not the sum of the shares. */
  Dataset<Row> costs(Dataset<Row> verdicts, Column which) {
    Column price = col(FraudClickVerdicts.PRICE_MICROS);
    return priced(verdicts)
        .where(which)
        .groupBy(grain())
        .agg(
            sum(when(col(IS_CHARGED), price).otherwise(0L)).as(BookedSums.COST),
            sum(when(col(IS_CHARGED), 0L).otherwise(price)).as(BookedSums.UNCHARGED));
  }

  /** The publisher's share of a sum, of which there is a column. */
  static Column share(String sum) {
    return bround(col(sum).cast("decimal(24,0)").multiply(col(SHARE)).multiply(expr("0.01BD")), 0);
  }

  private static Column[] grain(String... also) {
    return Stream.concat(Stream.of(BookedSums.GRAIN), Stream.of(also))
        .map(column -> col(column))
        .toArray(Column[]::new);
  }

  /** Valid verdicts with their local day, the share, and whether they are charged. */
  private Dataset<Row> priced(Dataset<Row> verdicts) {
    String time = FraudClickVerdicts.CLICKED_AT;
    Dataset<Row> valid =
        verdicts.where(
            col(FraudClickVerdicts.VERDICT)
                .equalTo(Verdict.VALID.name())
                .and(col(FraudClickVerdicts.ADVERTISER_ID).isNotNull()));
    Column day = col(BillingLedger.BILLING_DAY);
    Column within =
        day.between(col(RefCampaigns.STARTS_ON), coalesce(col(RefCampaigns.ENDS_ON), day));
    return versions
        .onEndedDays(valid, time, through)
        .transform(
            rows ->
                versions.at(
                    rows,
                    time,
                    RefCampaigns.TABLE,
                    RefCampaigns.CAMPAIGN_ID,
                    RefCampaigns.STARTS_ON,
                    RefCampaigns.ENDS_ON))
        .transform(
            rows -> versions.at(rows, time, RefPublishers.TABLE, BillingLedger.PUBLISHER_ID, SHARE))
        .withColumn(IS_CHARGED, coalesce(within, lit(false)).and(col(SHARE).isNotNull()));
  }

  private Dataset<Row> withVoided(Dataset<Row> clicks, SortedSet<LocalDate> utcDays) {
    Dataset<Row> voided =
        branch
            .rows(BillingVoidedClicks.TABLE)
            .where(UtcDays.contain(utcDays, BillingVoidedClicks.CLICKED_AT))
            .selectExpr(ClickVoid.KEY);
    return voided.isEmpty()
        ? clicks.withColumn(IS_VOIDED, lit(false))
        : clicks
            .join(broadcast(voided.withColumn(IS_VOIDED, lit(true))), ClickVoid.KEY, "left")
            .withColumn(IS_VOIDED, coalesce(col(IS_VOIDED), lit(false)));
  }
}
