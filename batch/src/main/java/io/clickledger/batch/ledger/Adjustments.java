package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.date_from_unix_date;
import static org.apache.spark.sql.functions.datediff;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.when;

import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.BillingTerms;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingRestatements;
import io.clickledger.schemas.BillingVoidedClicks;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;

/**
 * The adjustments that a billing run adds: of closed periods, what their clicks cost now without
 * what the ledger and earlier adjustments have; of voided clicks in any period, what they have in
 * the entries without what earlier adjustments took back.
 */
record Adjustments(
    BillingRunBranch branch,
    AffectedDays affected,
    ClosedPeriods closed,
    Broadcast<BillingTerms> terms,
    Instant through,
    String runId) {
  /** State of an adjustment until the period of booked_on is closed. */
  static final String OPEN = "OPEN";

  private static final String NET = "net";
  private static final String TERMS = "TERMS";
  private static final String BUDGET = "BUDGET";
  private static final String LATE_CLICKS = "LATE_CLICKS";

  /** Whether there can be any. */
  boolean areNeeded() {
    return !closed.isEmpty() || !branch.rows(BillingVoidedClicks.TABLE).isEmpty();
  }

  /**
   * Appends them to the branch.
   *
   * @param entries what the clicks of the affected days cost
   * @param voided what voided clicks have in them
   * @param newDays UTC days that become final with the run
   */
  void append(
      Dataset<Row> entries,
      Dataset<Row> voided,
      Optional<BillingTerms.Changes> changedTerms,
      SortedSet<LocalDate> newDays) {
    Dataset<Row> before = published(BillingAdjustments.TABLE);
    Dataset<Row> rest =
        difference(
                List.of(
                    signed(entries.where(closed.contain()), LedgerRows.clicks(), 1),
                    signed(
                        published(BillingLedger.TABLE).where(closed.contain()),
                        LedgerRows.clicks(),
                        -1),
                    signed(
                        before.where(not(LedgerRows.isOfVoidedClicks())),
                        col(BillingAdjustments.CLICKS),
                        -1)))
            .transform(rows -> withCauses(rows, changedTerms))
            .withColumn(BillingAdjustments.CAUSES, causesOnNewDays(newDays));
    Dataset<Row> ofVoided =
        difference(
                List.of(
                    signed(voided, LedgerRows.clicks(), -1),
                    signed(
                        before.where(LedgerRows.isOfVoidedClicks()),
                        col(BillingAdjustments.CLICKS),
                        -1)))
            .withColumn(BillingAdjustments.CAUSES, array(lit(LedgerRows.VOIDED_CLICKS)));
    Column net = col(NET);
    branch.append(
        BillingAdjustments.TABLE,
        rest.unionByName(ofVoided)
            .withColumn(
                BillingAdjustments.ADJUSTMENT_ID,
                LedgerRows.identity(
                    concat_ws(
                        "|",
                        lit(runId),
                        when(LedgerRows.isOfVoidedClicks(), lit(LedgerRows.VOIDED_CLICKS)))))
            .withColumn(BillingAdjustments.BOOKED_ON, bookedOn())
            .withColumn(BillingAdjustments.DEBIT_MICROS, greatest(net, lit(0L)))
            .withColumn(BillingAdjustments.CREDIT_MICROS, greatest(net.multiply(lit(-1L)), lit(0L)))
            .withColumn(BillingAdjustments.STATE, lit(OPEN))
            .withColumn(BillingAdjustments.RUN_ID, lit(runId)));
  }

  private Dataset<Row> published(TableName table) {
    return branch
        .published(table)
        .where(col(BillingLedger.BILLING_DAY).isInCollection(affected.days()))
        .join(affected.keys(), AffectedDays.KEY, "left_semi");
  }

  private static Dataset<Row> signed(Dataset<Row> rows, Column clicks, long sign) {
    return rows.select(
        Stream.concat(
                Stream.of(LedgerRows.GRAIN).map(column -> col(column)),
                Stream.of(
                    LedgerRows.net().multiply(lit(sign)).as(NET),
                    clicks.multiply(lit(sign)).as(BillingAdjustments.CLICKS)))
            .toArray(Column[]::new));
  }

  private static Dataset<Row> difference(List<Dataset<Row>> signed) {
    return signed.stream()
        .reduce(Dataset::unionByName)
        .orElseThrow()
        .groupBy(Stream.of(LedgerRows.GRAIN).map(column -> col(column)).toArray(Column[]::new))
        .agg(sum(NET).as(NET), sum(BillingAdjustments.CLICKS).as(BillingAdjustments.CLICKS))
        .where(not(col(NET).equalTo(0L)).or(not(col(BillingAdjustments.CLICKS).equalTo(0L))));
  }

  /** Why the entries of a campaign, publisher and day changed, by what the run restated. */
  private Dataset<Row> withCauses(Dataset<Row> rows, Optional<BillingTerms.Changes> changedTerms) {
    Dataset<Row> restated =
        branch
            .rows(BillingRestatements.TABLE)
            .where(col(BillingRestatements.RUN_ID).equalTo(runId))
            .select(
                col(ClickDimensions.CAMPAIGN_ID).as("restated_campaign"),
                col(ClickDimensions.PUBLISHER_ID).as("restated_publisher"),
                col(BillingRestatements.DAY).as("restated_day"),
                explode(col(BillingRestatements.CAUSES)).as("cause"));
    // A restated UTC day is a part of the local day, of the one before, or of the one after.
    Dataset<Row> found =
        rows.join(
                restated,
                col(BillingLedger.CAMPAIGN_ID)
                    .equalTo(col("restated_campaign"))
                    .and(col(BillingLedger.PUBLISHER_ID).equalTo(col("restated_publisher")))
                    .and(
                        datediff(col("restated_day"), col(BillingLedger.BILLING_DAY))
                            .between(-1, 1)),
                "left")
            .groupBy(
                Stream.concat(
                        Stream.of(LedgerRows.GRAIN), Stream.of(NET, BillingAdjustments.CLICKS))
                    .map(column -> col(column))
                    .toArray(Column[]::new))
            .agg(array_sort(collect_set("cause")).as(BillingAdjustments.CAUSES));
    Column causes = col(BillingAdjustments.CAUSES);
    Column withTerms =
        changedTerms
            .map(Adjustments::isChanged)
            .map(changed -> when(changed, concat(causes, array(lit(TERMS)))).otherwise(causes))
            .orElse(causes);
    // Other clicks change what is past a budget, and nothing else. What has no cause stops the run.
    Column ofBudget =
        col(BillingLedger.CAMPAIGN_ID)
            .isInCollection(terms.value().campaignsWithBudget())
            .and(
                col(BillingLedger.ACCOUNT)
                    .isin(Account.ADVERTISER_RECEIVABLE.name(), Account.OVER_DELIVERY.name()));
    return found
        .withColumn(BillingAdjustments.CAUSES, withTerms)
        .withColumn(
            BillingAdjustments.CAUSES,
            when(size(causes).equalTo(0).and(ofBudget), array(lit(BUDGET))).otherwise(causes));
  }

  /**
   * A month that is closed from the start for a new advertiser may end later in its zone: clicks of
   * days that become final only then come too late for it.
   */
  private static Column causesOnNewDays(SortedSet<LocalDate> newDays) {
    Column causes = col(BillingAdjustments.CAUSES);
    Column isNew = col(BillingLedger.BILLING_DAY).isInCollection(AffectedDays.around(newDays));
    return when(size(causes).equalTo(0).and(isNew), array(lit(LATE_CLICKS))).otherwise(causes);
  }

  private static Column isChanged(BillingTerms.Changes changes) {
    return col(BillingLedger.ADVERTISER_ID)
        .isInCollection(changes.advertisers().keySet())
        .or(col(BillingLedger.CAMPAIGN_ID).isInCollection(changes.campaigns().keySet()))
        .or(col(BillingLedger.PUBLISHER_ID).isInCollection(changes.publishers().keySet()))
        .or(col(BillingLedger.PUBLISHER_ID).isInCollection(changes.newPublishers()));
  }

  private Column bookedOn() {
    ClosedPeriods periods = closed;
    Broadcast<BillingTerms> shared = terms;
    Instant end = through;
    UDF2<String, Integer, Integer> booked =
        (advertiser, day) ->
            (int)
                periods
                    .bookedOn(advertiser, LocalDate.ofEpochDay(day), shared.value(), end)
                    .toEpochDay();
    return date_from_unix_date(
        udf(booked, DataTypes.IntegerType)
            .apply(col(BillingLedger.ADVERTISER_ID), unix_date(col(BillingLedger.BILLING_DAY))));
  }
}
