package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;

import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.BillingRunInputs;
import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingPeriods;
import io.clickledger.schemas.BillingVoidedClicks;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.RefAdvertisers;
import io.clickledger.schemas.RefPublishers;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The gate of the ledger: by SQL over verdicts and metadata histories alone, that every valid click
 * of an ended local day is charged once, or is among those that are not charged; that debits equal
 * credits; that budgets are kept, and shares and currencies those of the metadata; and that closed
 * periods stay.
 */
public final class LedgerGate {
  private static final String DAY = BillingLedger.BILLING_DAY;
  private static final int MAX_NAMED = 20;

  private final BillingRunBranch branch;
  private final ReferenceVersions versions;
  private final PricedClicks priced;
  private final BookedSums booked;
  private final Optional<ReferenceVersions> before;
  private final Instant through;
  private final String runId;

  /**
   * @param refBefore snapshots of ref that the publication before was made by, if they are others
   * @param through local days that ended by then are charged
   */
  public LedgerGate(
      SparkSession spark,
      BillingRunInputs inputs,
      BillingRunBranch branch,
      Optional<Map<String, Long>> refBefore,
      Instant through,
      String runId) {
    this.branch = branch;
    this.versions = new ReferenceVersions(table -> inputs.reference(spark, table));
    this.priced = new PricedClicks(branch, versions, through);
    this.booked = new BookedSums(branch::rows);
    this.before =
        refBefore.map(
            ids ->
                new ReferenceVersions(
                    table ->
                        spark
                            .read()
                            .option(SparkReadOptions.SNAPSHOT_ID, ids.get(table.toString()))
                            .table(table.toString())));
    this.through = through;
    this.runId = runId;
  }

  /**
   * Checks what a run charged.
   *
   * @param charged local days of which ChargeClicks changed something: it may have missed one
   * @param replaced UTC days whose verdicts are new: all clicks of the local days around them are
   *     summed. Of other local days only those clicks are that the run added
   * @param changed UTC days whose clicks changed, which are replaced or have late clicks
   */
  public List<QualityMetric> check(
      SortedSet<LocalDate> charged, SortedSet<LocalDate> replaced, SortedSet<LocalDate> changed) {
    ChangedVersions terms =
        before
            .map(earlier -> ChangedVersions.since(earlier, versions, branch, through))
            .orElse(ChangedVersions.NONE);
    SortedSet<LocalDate> days = AffectedDays.around(changed);
    days.addAll(charged);
    days.addAll(terms.days());
    List<QualityMetric> metrics = new ArrayList<>();
    if (!days.isEmpty()) {
      Scope scope = scope(days, replaced, terms);
      metrics.add(balance(days));
      metrics.add(pricesOf(scope));
      metrics.add(pricesAdded(scope, changed));
      metrics.add(voided(days));
      metrics.add(
          new ShareCheck(booked, versions)
              .check(col(DAY).isInCollection(days).and(not(scope.besideShare))));
      metrics.add(budgets(days));
      metrics.add(currencies(days));
      metrics.add(closed(days));
    }
    metrics.addAll(new AdjustmentChecks(branch::rows, versions, runId).check());
    return metrics;
  }

  /**
   * Which grains are summed in full.
   *
   * @param all the days that are checked
   * @param days those of them on which some grain is summed in full
   * @param inFull which grains of all
   * @param besideShare those whose publisher has several shares around the day
   */
  private record Scope(
      SortedSet<LocalDate> all, SortedSet<LocalDate> days, Column inFull, Column besideShare) {}

  /** In full: what is judged anew, what has new versions, and publishers beside a new share. */
  private Scope scope(
      SortedSet<LocalDate> all, SortedSet<LocalDate> replaced, ChangedVersions terms) {
    SortedSet<LocalDate> anew = AffectedDays.around(replaced);
    Column inFull = col(DAY).isInCollection(anew).or(terms.contain());
    SortedSet<LocalDate> besideShare = new TreeSet<>();
    List<String> publishers = new ArrayList<>();
    versions
        .inForce(RefPublishers.TABLE, RefPublishers.PUBLISHER_ID)
        .where(UtcDays.contain(AffectedDays.around(all), ReferenceVersions.FROM))
        .select(col(RefPublishers.PUBLISHER_ID), UtcDays.of(ReferenceVersions.FROM))
        .collectAsList()
        .forEach(
            row -> {
              publishers.add(row.getString(0));
              besideShare.add(row.getDate(1).toLocalDate());
            });
    SortedSet<LocalDate> beside = AffectedDays.around(besideShare);
    Column isBeside =
        col(DAY)
            .isInCollection(beside)
            .and(col(BillingLedger.PUBLISHER_ID).isInCollection(publishers));
    // Another set: a condition reads its own one only when it is used.
    SortedSet<LocalDate> days = new TreeSet<>(anew);
    days.addAll(beside);
    days.addAll(terms.days());
    days.retainAll(all);
    return new Scope(all, days, inFull.or(isBeside), isBeside);
  }

  private QualityMetric balance(SortedSet<LocalDate> days) {
    long wrong =
        booked
            .rows(col(DAY).isInCollection(days))
            .groupBy(
                DAY, BillingLedger.ADVERTISER_ID, BillingLedger.CAMPAIGN_ID, BillingLedger.CURRENCY)
            .agg(
                sum(BillingLedger.DEBIT_MICROS).as(BillingLedger.DEBIT_MICROS),
                sum(BillingLedger.CREDIT_MICROS).as(BillingLedger.CREDIT_MICROS))
            .where(not(LedgerRows.net().equalTo(0L)))
            .count();
    return LedgerRows.metric(
        "debits = credits", wrong, "%d local days of campaigns have other debits than credits");
  }

  /** All valid clicks, with the prices of their verdicts and the shares of then. */
  private QualityMetric pricesOf(Scope scope) {
    Column which = col(DAY).isInCollection(scope.days).and(scope.inFull);
    return prices(
        "ledger + adjustments + uncharged = prices of valid clicks",
        booked.of(which),
        priced.all(AffectedDays.around(scope.days), which),
        BookedSums.ALL);
  }

  /** What the days gained since the publication before, and the prices of what was added. */
  private QualityMetric pricesAdded(Scope scope, SortedSet<LocalDate> changed) {
    Column which = col(DAY).isInCollection(scope.all).and(not(scope.inFull));
    List<String> costs = List.of(BookedSums.COST, BookedSums.UNCHARGED);
    Dataset<Row> gained =
        BookedSums.difference(booked.of(which), new BookedSums(branch::published).of(which), costs);
    Dataset<Row> added =
        priced.costs(
            branch.verdicts(changed).where(col(FraudClickVerdicts.RUN_ID).equalTo(runId)), which);
    return prices(
        "ledger + adjustments + uncharged grow by the prices of late clicks", gained, added, costs);
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
    Column which = col(DAY).isInCollection(days);
    Dataset<Row> expected =
        priced.costs(
            branch
                .verdicts(clicked)
                .join(broadcast(ids.selectExpr(ClickVoid.KEY)), ClickVoid.KEY, "left_semi"),
            which);
    // What is taken back is what all rows have less than those that are not of voided clicks.
    Dataset<Row> taken =
        booked
            .of(which)
            .withColumn(BookedSums.COST, col(BookedSums.COST).minus(col(BookedSums.KEPT_COST)));
    return prices(
        "adjustments take back the prices of voided clicks",
        taken,
        expected,
        List.of(BookedSums.COST));
  }

  private static QualityMetric prices(
      String rule, Dataset<Row> actual, Dataset<Row> expected, List<String> measures) {
    List<Row> wrong =
        BookedSums.difference(actual, expected, measures)
            .orderBy(DAY, BillingLedger.CAMPAIGN_ID, BillingLedger.PUBLISHER_ID)
            .limit(MAX_NAMED)
            .collectAsList();
    return LedgerRows.metric(
        rule, wrong.size(), "%d or more local days have other sums, by " + measures + ": " + wrong);
  }

  private QualityMetric budgets(SortedSet<LocalDate> days) {
    List<Row> wrong = new BudgetCheck(booked, versions).faults(days, MAX_NAMED);
    return LedgerRows.metric(
        "budgets are kept",
        wrong.size(),
        "%d or more local days of campaigns are charged past a budget, or credited within it: "
            + wrong);
  }

  /** Each entry's currency is one that the advertiser has or had. */
  private QualityMetric currencies(SortedSet<LocalDate> days) {
    Dataset<Row> known =
        broadcast(
            versions
                .rows(RefAdvertisers.TABLE)
                .select(RefAdvertisers.ADVERTISER_ID, RefAdvertisers.CURRENCY)
                .distinct());
    long wrong =
        booked
            .rows(col(DAY).isInCollection(days))
            .join(
                known,
                new String[] {RefAdvertisers.ADVERTISER_ID, RefAdvertisers.CURRENCY},
                "left_anti")
            .count();
    return LedgerRows.metric(
        "currencies are those of ref.advertisers",
        wrong,
        "%d entries have a currency that is not the advertiser's");
  }

  /** Entries of periods that were closed before are as they were published. */
  private QualityMetric closed(SortedSet<LocalDate> days) {
    ClosedPeriods periods = ClosedPeriods.of(branch.published(BillingPeriods.TABLE));
    long wrong = 0;
    if (!periods.isEmpty()) {
      Column which = col(DAY).isInCollection(days).and(periods.contain());
      Dataset<Row> before = branch.published(BillingLedger.TABLE).where(which);
      Dataset<Row> after = branch.rows(BillingLedger.TABLE).where(which);
      wrong = before.exceptAll(after).count() + after.exceptAll(before).count();
    }
    return LedgerRows.metric(
        "entries of closed periods stay", wrong, "%d entries of closed periods changed");
  }
}
