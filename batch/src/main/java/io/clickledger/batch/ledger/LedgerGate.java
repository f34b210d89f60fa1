package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.bround;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.date_add;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.from_utc_timestamp;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lead;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.to_utc_timestamp;
import static org.apache.spark.sql.functions.when;

import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.BillingRunInputs;
import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.rules.fraud.Verdict;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingPeriods;
import io.clickledger.schemas.BillingUnchargedClicks;
import io.clickledger.schemas.BillingVoidedClicks;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.RefAdvertisers;
import io.clickledger.schemas.RefCampaigns;
import io.clickledger.schemas.RefPublishers;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;

/**
 * The gate of the ledger: by SQL over verdicts and metadata histories alone, that every valid click
 * of an ended local day is charged once, or is among those that are not charged; that debits equal
 * credits; that shares and currencies are those of the metadata; and that closed periods stay.
 */
public final class LedgerGate {
  private static final String DAY = BillingLedger.BILLING_DAY;
  private static final String COST = "cost";
  private static final String PAYABLE = "payable";
  private static final String FROM = "version_from";
  private static final String TO = "version_to";
  private static final String[] GRAIN = {
    DAY,
    BillingLedger.ADVERTISER_ID,
    BillingLedger.CAMPAIGN_ID,
    BillingLedger.PUBLISHER_ID,
    BillingLedger.CURRENCY
  };

  private final SparkSession spark;
  private final BillingRunInputs inputs;
  private final BillingRunBranch branch;
  private final Instant through;
  private final String runId;

  /**
   * @param through local days that ended by then are charged
   */
  public LedgerGate(
      SparkSession spark,
      BillingRunInputs inputs,
      BillingRunBranch branch,
      Instant through,
      String runId) {
    this.spark = spark;
    this.inputs = inputs;
    this.branch = branch;
    this.through = through;
    this.runId = runId;
  }

  /**
   * Checks what a run charged.
   *
   * @param replaced UTC days whose verdicts are new: all clicks of the local days around them are
   *     summed. Of other local days only those clicks are that the run added
   * @param changed UTC days whose clicks changed, which are replaced or have late clicks
   */
  public List<QualityMetric> check(
      ChargeStep.Result charged, SortedSet<LocalDate> replaced, SortedSet<LocalDate> changed) {
    if (charged.days().isEmpty() && changed.isEmpty()) {
      return List.of();
    }
    // Not the days that ChargeClicks found alone: it may have missed one.
    SortedSet<LocalDate> all = AffectedDays.around(changed);
    all.addAll(charged.days());
    SortedSet<LocalDate> inFull = charged.zonesChanged() ? all : AffectedDays.around(replaced);
    SortedSet<LocalDate> added = new TreeSet<>(all);
    added.removeAll(inFull);
    List<QualityMetric> metrics = new ArrayList<>();
    metrics.add(balance(all));
    metrics.add(pricesOf(inFull));
    metrics.add(pricesAdded(added));
    metrics.add(voided(all));
    metrics.add(sharesOf(all));
    metrics.add(currencies(all));
    metrics.add(closed(all));
    metrics.add(adjustmentsStay());
    return metrics;
  }

  private QualityMetric balance(SortedSet<LocalDate> days) {
    long wrong =
        booked(days, false)
            .groupBy(
                DAY, BillingLedger.ADVERTISER_ID, BillingLedger.CAMPAIGN_ID, BillingLedger.CURRENCY)
            .agg(
                sum(BillingLedger.DEBIT_MICROS).as(BillingLedger.DEBIT_MICROS),
                sum(BillingLedger.CREDIT_MICROS).as(BillingLedger.CREDIT_MICROS))
            .where(not(LedgerRows.net().equalTo(0L)))
            .count();
    return metric(
        "debits = credits", wrong, "%d local days of campaigns have other debits than credits");
  }

  /** All valid clicks of the days, with the prices of their verdicts and the shares of then. */
  private QualityMetric pricesOf(SortedSet<LocalDate> days) {
    Dataset<Row> expected =
        priced(branch.verdicts(AffectedDays.around(days)))
            .where(col(DAY).isInCollection(days))
            .groupBy(
                Stream.concat(Stream.of(GRAIN), Stream.of("share", "is_charged"))
                    .map(column -> col(column))
                    .toArray(Column[]::new))
            .agg(sum(FraudClickVerdicts.PRICE_MICROS).as(COST))
            .withColumn(
                PAYABLE,
                when(
                        col("is_charged"),
                        bround(
                            col(COST)
                                .cast("decimal(24,0)")
                                .multiply(col("share"))
                                .multiply(expr("0.01BD")),
                            0))
                    .otherwise(lit(0)))
            .groupBy(GRAIN[0], GRAIN[1], GRAIN[2], GRAIN[3], GRAIN[4])
            .agg(sum(COST).as(COST), sum(PAYABLE).cast("bigint").as(PAYABLE));
    return prices(
        "ledger + adjustments + uncharged = prices of valid clicks", actual(days), expected);
  }

  /** What the days gained since the publication before, and the prices of what was added. */
  private QualityMetric pricesAdded(SortedSet<LocalDate> days) {
    Dataset<Row> gained =
        actual(days)
            .unionByName(
                actualPublished(days)
                    .withColumn(COST, col(COST).multiply(lit(-1L)))
                    .withColumn(PAYABLE, col(PAYABLE).multiply(lit(-1L))))
            .groupBy(GRAIN[0], GRAIN[1], GRAIN[2], GRAIN[3], GRAIN[4])
            .agg(sum(COST).as(COST), sum(PAYABLE).as(PAYABLE))
            // The share of a sum is not the sum of the shares.
            .withColumn(PAYABLE, lit(0L));
    Dataset<Row> expected =
        priced(
                branch
                    .verdicts(AffectedDays.around(days))
                    .where(col(FraudClickVerdicts.RUN_ID).equalTo(runId)))
            .where(col(DAY).isInCollection(days))
            .groupBy(GRAIN[0], GRAIN[1], GRAIN[2], GRAIN[3], GRAIN[4])
            .agg(sum(FraudClickVerdicts.PRICE_MICROS).as(COST))
            .withColumn(PAYABLE, lit(0L));
    return prices(
        "ledger + adjustments + uncharged grow by the prices of late clicks", gained, expected);
  }

  /** What adjustments took back of the days, and the prices of voided clicks that were charged. */
  private QualityMetric voided(SortedSet<LocalDate> days) {
    Dataset<Row> ids =
        branch
            .rows(BillingVoidedClicks.TABLE)
            .where(UtcDays.contain(AffectedDays.around(days), BillingVoidedClicks.CLICKED_AT));
    SortedSet<LocalDate> clicked = new TreeSet<>();
    ids.select(UtcDays.of(BillingVoidedClicks.CLICKED_AT))
        .distinct()
        .collectAsList()
        .forEach(row -> clicked.add(row.getDate(0).toLocalDate()));
    Dataset<Row> expected =
        priced(
                branch
                    .verdicts(clicked)
                    .join(
                        broadcast(ids.select(BillingVoidedClicks.CLICK_ID)),
                        new String[] {FraudClickVerdicts.CLICK_ID},
                        "left_semi"))
            .where(col(DAY).isInCollection(days).and(col("is_charged")))
            .groupBy(GRAIN[0], GRAIN[1], GRAIN[2], GRAIN[3], GRAIN[4])
            .agg(sum(FraudClickVerdicts.PRICE_MICROS).multiply(lit(-1L)).as(COST))
            .withColumn(PAYABLE, lit(0L));
    Dataset<Row> taken =
        sums(
                branch
                    .rows(BillingAdjustments.TABLE)
                    .where(LedgerRows.isOfVoidedClicks().and(col(DAY).isInCollection(days))),
                branch.rows(BillingUnchargedClicks.TABLE).limit(0))
            .withColumn(PAYABLE, lit(0L));
    return prices("adjustments take back the prices of voided clicks", taken, expected);
  }

  private static QualityMetric prices(String rule, Dataset<Row> actual, Dataset<Row> expected) {
    List<Row> wrong =
        actual
            .unionByName(
                expected
                    .withColumn(COST, col(COST).multiply(lit(-1L)))
                    .withColumn(PAYABLE, col(PAYABLE).multiply(lit(-1L))))
            .groupBy(GRAIN[0], GRAIN[1], GRAIN[2], GRAIN[3], GRAIN[4])
            .agg(sum(COST).as(COST), sum(PAYABLE).as(PAYABLE))
            .where(not(col(COST).equalTo(0L)).or(not(col(PAYABLE).equalTo(0L))))
            .orderBy(GRAIN[0], GRAIN[1], GRAIN[2], GRAIN[3], GRAIN[4])
            .limit(20)
            .collectAsList();
    return metric(
        rule,
        wrong.size(),
        "%d or more local days have other sums, by cost and publisher's share: " + wrong);
  }

  /** What was charged and not charged of the days, without what was voided. */
  private Dataset<Row> actual(SortedSet<LocalDate> days) {
    return sums(
        booked(days, true),
        branch.rows(BillingUnchargedClicks.TABLE).where(col(DAY).isInCollection(days)));
  }

  private Dataset<Row> actualPublished(SortedSet<LocalDate> days) {
    return sums(
        booked(
            branch.published(BillingLedger.TABLE),
            branch.published(BillingAdjustments.TABLE),
            days,
            true),
        branch.published(BillingUnchargedClicks.TABLE).where(col(DAY).isInCollection(days)));
  }

  private static Dataset<Row> sums(Dataset<Row> booked, Dataset<Row> uncharged) {
    Column account = col(BillingLedger.ACCOUNT);
    Column cost =
        when(
                account.isin(Account.ADVERTISER_RECEIVABLE.name(), Account.OVER_DELIVERY.name()),
                LedgerRows.net())
            .otherwise(0L);
    Column payable =
        when(account.equalTo(Account.PUBLISHER_PAYABLE.name()), LedgerRows.net().multiply(lit(-1L)))
            .otherwise(0L);
    return grain(booked, cost, payable)
        .unionByName(grain(uncharged, col(BillingUnchargedClicks.COST_MICROS), lit(0L)))
        .groupBy(GRAIN[0], GRAIN[1], GRAIN[2], GRAIN[3], GRAIN[4])
        .agg(sum(COST).as(COST), sum(PAYABLE).as(PAYABLE));
  }

  private static Dataset<Row> grain(Dataset<Row> rows, Column cost, Column payable) {
    return rows.select(
        Stream.concat(
                Stream.of(GRAIN).map(column -> col(column)),
                Stream.of(cost.as(COST), payable.as(PAYABLE)))
            .toArray(Column[]::new));
  }

  private Dataset<Row> booked(SortedSet<LocalDate> days, boolean withoutVoided) {
    return booked(
        branch.rows(BillingLedger.TABLE),
        branch.rows(BillingAdjustments.TABLE),
        days,
        withoutVoided);
  }

  private static Dataset<Row> booked(
      Dataset<Row> ledger,
      Dataset<Row> adjustments,
      SortedSet<LocalDate> days,
      boolean withoutVoided) {
    Column[] columns =
        Stream.concat(
                Stream.of(GRAIN),
                Stream.of(
                    BillingLedger.ACCOUNT, BillingLedger.DEBIT_MICROS, BillingLedger.CREDIT_MICROS))
            .map(column -> col(column))
            .toArray(Column[]::new);
    Column counted = withoutVoided ? not(LedgerRows.isOfVoidedClicks()) : lit(true);
    return ledger
        .select(columns)
        .unionByName(adjustments.where(counted).select(columns))
        .where(col(DAY).isInCollection(days));
  }

  /** Valid verdicts with their local day, whether it is within the campaign, and the share. */
  private Dataset<Row> priced(Dataset<Row> verdicts) {
    Dataset<Row> valid =
        verdicts
            .where(
                col(FraudClickVerdicts.VERDICT)
                    .equalTo(Verdict.VALID.name())
                    .and(col(FraudClickVerdicts.ADVERTISER_ID).isNotNull()))
            .withColumn(
                "start",
                expr(
                    "timestamp_seconds(unix_seconds(clicked_at) - pmod(unix_seconds(clicked_at), 900))"));
    Column zone = col(RefAdvertisers.TIME_ZONE);
    Column end = to_utc_timestamp(date_add(col(DAY), 1).cast("timestamp"), zone);
    return valid
        .transform(
            rows ->
                at(
                    rows,
                    RefAdvertisers.TABLE,
                    RefAdvertisers.ADVERTISER_ID,
                    RefAdvertisers.TIME_ZONE))
        .withColumn(DAY, to_date(from_utc_timestamp(col(FraudClickVerdicts.CLICKED_AT), zone)))
        .where(end.leq(lit(through)))
        .transform(
            rows ->
                at(
                    rows,
                    RefCampaigns.TABLE,
                    RefCampaigns.CAMPAIGN_ID,
                    RefCampaigns.STARTS_ON,
                    RefCampaigns.ENDS_ON))
        .withColumn(
            "is_charged",
            col(DAY)
                .between(
                    col(RefCampaigns.STARTS_ON), coalesce(col(RefCampaigns.ENDS_ON), col(DAY))))
        .transform(
            rows ->
                at(
                    rows,
                    RefPublishers.TABLE,
                    BillingLedger.PUBLISHER_ID,
                    RefPublishers.REVENUE_SHARE_PERCENT))
        .withColumnRenamed(RefPublishers.REVENUE_SHARE_PERCENT, "share");
  }

  /** Adds columns of the version at the start of the quarter hour; the first holds before it. */
  private Dataset<Row> at(Dataset<Row> rows, TableName table, String id, String... columns) {
    Dataset<Row> versions =
        versions(table, id)
            .select(
                Stream.concat(
                        Stream.of(col(id).as("version_of"), col(FROM), col(TO)),
                        Stream.of(columns).map(column -> col(column)))
                    .toArray(Column[]::new));
    return rows.join(
            broadcast(versions),
            col(id)
                .equalTo(col("version_of"))
                .and(col("start").geq(col(FROM)))
                .and(col(TO).isNull().or(col("start").lt(col(TO)))),
            "left")
        .drop("version_of", FROM, TO);
  }

  private Dataset<Row> versions(TableName table, String id) {
    var inOrder =
        Window.partitionBy(id).orderBy(RefAdvertisers.VALID_FROM, RefAdvertisers.VERSION_ID);
    return inputs
        .reference(spark, table)
        .withColumn(TO, lead(RefAdvertisers.VALID_FROM, 1).over(inOrder))
        .withColumn(
            FROM,
            when(lag(RefAdvertisers.VALID_FROM, 1).over(inOrder).isNull(), lit(Instant.EPOCH))
                .otherwise(col(RefAdvertisers.VALID_FROM)))
        .where(col(TO).isNull().or(col(FROM).lt(col(TO))));
  }

  /**
   * The payable of each local day is between the least and the greatest share of these days: of one
   * share, it is exactly that.
   */
  private QualityMetric sharesOf(SortedSet<LocalDate> days) {
    Dataset<Row> shares =
        broadcast(
            versions(RefPublishers.TABLE, RefPublishers.PUBLISHER_ID)
                .select(
                    col(RefPublishers.PUBLISHER_ID).as("version_of"),
                    col(FROM),
                    col(TO),
                    col(RefPublishers.REVENUE_SHARE_PERCENT).as("share")));
    Column at = col(DAY).cast("timestamp");
    Dataset<Row> charged =
        sums(booked(days, false), branch.rows(BillingUnchargedClicks.TABLE).limit(0));
    Dataset<Row> withShares =
        charged
            .join(
                shares,
                col(BillingLedger.PUBLISHER_ID)
                    .equalTo(col("version_of"))
                    .and(col(FROM).lt(at.plus(expr("INTERVAL 2 DAYS"))))
                    .and(col(TO).isNull().or(col(TO).gt(at.minus(expr("INTERVAL 1 DAYS"))))),
                "left")
            .groupBy(
                Stream.concat(Stream.of(GRAIN), Stream.of(COST, PAYABLE))
                    .map(column -> col(column))
                    .toArray(Column[]::new))
            .agg(
                min("share").as("least"),
                max("share").as("greatest"),
                count("share").minus(1).as("tolerance"));
    Column payable = col(PAYABLE);
    Column right =
        payable
            .geq(share("least").minus(col("tolerance")))
            .and(payable.leq(share("greatest").plus(col("tolerance"))));
    long wrong = withShares.where(not(coalesce(right, lit(false)))).count();
    return metric(
        "shares are those of ref.publishers",
        wrong,
        "%d local days pay a publisher another share of the cost");
  }

  private static Column share(String percent) {
    return bround(
        col(COST).cast("decimal(24,0)").multiply(col(percent)).multiply(expr("0.01BD")), 0);
  }

  /** Each entry's currency is one that the advertiser has or had. */
  private QualityMetric currencies(SortedSet<LocalDate> days) {
    Dataset<Row> known =
        broadcast(
            inputs
                .reference(spark, RefAdvertisers.TABLE)
                .select(RefAdvertisers.ADVERTISER_ID, RefAdvertisers.CURRENCY)
                .distinct());
    long wrong =
        booked(days, false)
            .join(
                known,
                new String[] {RefAdvertisers.ADVERTISER_ID, RefAdvertisers.CURRENCY},
                "left_anti")
            .count();
    return metric(
        "currencies are those of ref.advertisers",
        wrong,
        "%d entries have a currency that is not the advertiser's");
  }

  /** Entries of periods that were closed before are as they were published. */
  private QualityMetric closed(SortedSet<LocalDate> days) {
    ClosedPeriods periods = ClosedPeriods.of(branch.published(BillingPeriods.TABLE));
    long wrong = 0;
    if (!periods.isEmpty()) {
      Dataset<Row> before =
          branch
              .published(BillingLedger.TABLE)
              .where(col(DAY).isInCollection(days).and(periods.contain()));
      Dataset<Row> after =
          branch
              .rows(BillingLedger.TABLE)
              .where(col(DAY).isInCollection(days).and(periods.contain()));
      wrong = before.exceptAll(after).count() + after.exceptAll(before).count();
    }
    return metric("entries of closed periods stay", wrong, "%d entries of closed periods changed");
  }

  /** Published adjustments stay; only their state changes. */
  private QualityMetric adjustmentsStay() {
    Dataset<Row> before = branch.published(BillingAdjustments.TABLE).drop(BillingAdjustments.STATE);
    Dataset<Row> after = branch.rows(BillingAdjustments.TABLE).drop(BillingAdjustments.STATE);
    return metric(
        "adjustments stay",
        before.exceptAll(after).count(),
        "%d published adjustments are gone or changed");
  }

  private static QualityMetric metric(String rule, long wrong, String fault) {
    return new QualityMetric(
        BillingLedger.TABLE,
        "Ledger",
        rule,
        OptionalDouble.of(wrong),
        wrong == 0 ? QualityMetric.Status.SUCCESS : QualityMetric.Status.ERROR,
        wrong == 0 ? "" : fault.formatted(wrong));
  }
}
