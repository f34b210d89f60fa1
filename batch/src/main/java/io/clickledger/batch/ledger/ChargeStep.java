package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.unix_micros;

import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.BillingRunInputs;
import io.clickledger.batch.billing.input.BillingTerms;
import io.clickledger.batch.billing.input.ReferenceTables;
import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.batch.billing.rollup.BillingRunRecord;
import io.clickledger.batch.billing.rollup.RollUpStep;
import io.clickledger.batch.ledger.ChargeRows.Input;
import io.clickledger.batch.ledger.ChargeRows.Output;
import io.clickledger.lake.publish.Publication;
import io.clickledger.rules.fraud.Verdict;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingPeriods;
import io.clickledger.schemas.BillingUnchargedClicks;
import io.clickledger.schemas.BillingVoidedClicks;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.spark.KeptRows;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The step ChargeClicks of a billing run: charges the valid clicks of local days that have ended
 * and are new or changed. Entries of open periods are replaced on the run's branch; what changed in
 * closed ones, and voided clicks, become adjustments.
 */
public final class ChargeStep {
  private static final String QUARTER_HOUR = BillingClicksByQuarterHour.QUARTER_HOUR;
  private static final long QUARTER_HOUR_MICROS = 15 * 60 * 1_000_000L;
  private static final String[] GROUP = {
    BillingLedger.CAMPAIGN_ID, BillingLedger.ADVERTISER_ID, BillingLedger.CURRENCY
  };

  private final SparkSession spark;
  private final BillingRunInputs inputs;
  private final BillingRunBranch branch;
  private final Optional<Publication> previous;
  private final String runId;

  public ChargeStep(
      SparkSession spark,
      BillingRunInputs inputs,
      BillingRunBranch branch,
      Optional<Publication> previous,
      String runId) {
    this.spark = spark;
    this.inputs = inputs;
    this.branch = branch;
    this.previous = previous;
    this.runId = runId;
  }

  /**
   * Charges what the run's rollups changed.
   *
   * @return local days of which something changed
   */
  public SortedSet<LocalDate> run(BillingRunDays runDays, RollUpStep.Result rollUps) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<BillingTerms> terms = context.broadcast(inputs.terms());
    Optional<Broadcast<BillingTerms>> before = termsBefore().map(context::broadcast);
    before.ifPresent(
        old ->
            new PeriodClose(spark, branch, inputs.terms(), runDays.through(), runId)
                .closeForNew(old.value().advertiserIds()));
    AffectedDays.Search search =
        new AffectedDays.Search(branch, terms, before, runDays, rollUps, runId);
    try (AffectedDays affected = search.find()) {
      if (affected.days().isEmpty()) {
        return Collections.emptySortedSet();
      }
      try (KeptRows charged = charge(search, affected, terms)) {
        return write(affected, charged.rows(), terms, before, runDays);
      }
    } finally {
      terms.destroy();
      before.ifPresent(Broadcast::destroy);
    }
  }

  /** The terms of the publication before, if they may be others. */
  private Optional<BillingTerms> termsBefore() {
    return previous
        .map(Publication::runId)
        .map(id -> BillingRunRecord.read(spark, List.of(id)).get(id).versions().refSnapshotIds())
        .filter(ids -> !ids.equals(inputs.versions().refSnapshotIds()))
        .map(ids -> ReferenceTables.at(spark, ids).terms());
  }

  /** A quarter hour of a campaign whose single clicks are read. */
  private record Needed(String campaignId, Instant start) {}

  /** The rows of {@link ChargeRows.Output}, once no single clicks are missing. */
  private KeptRows charge(
      AffectedDays.Search search, AffectedDays affected, Broadcast<BillingTerms> terms) {
    Dataset<Row> whole =
        quarterHours(search, affected)
            .unionByName(before(affected))
            .unionByName(voided(affected, terms));
    try (KeptRows kept = KeptRows.of(whole)) {
      Set<Needed> needed = new HashSet<>();
      while (true) {
        Dataset<Row> rows =
            needed.isEmpty() ? kept.rows() : kept.rows().unionByName(single(needed));
        KeptRows charged = KeptRows.of(ChargeRows.charge(rows, terms));
        List<Row> missing =
            charged
                .rows()
                .where(is(Output.MISSING))
                .select(col(BillingLedger.CAMPAIGN_ID), timestamp(ChargeRows.AT))
                .collectAsList();
        if (missing.isEmpty()) {
          return charged;
        }
        charged.close();
        int known = needed.size();
        missing.forEach(
            row -> needed.add(new Needed(row.getString(0), row.<Timestamp>getAs(1).toInstant())));
        if (needed.size() == known) {
          throw new IllegalStateException(
              "rollups have valid clicks of quarter hours of which there are no verdicts: "
                  + needed);
        }
      }
    }
  }

  private Dataset<Row> quarterHours(AffectedDays.Search search, AffectedDays affected) {
    return search
        .chargeable(branch.quarterHours(AffectedDays.around(affected.days())))
        .join(affected.keys(), AffectedDays.KEY, "left_semi")
        .groupBy(
            col(GROUP[0]),
            col(GROUP[1]),
            col(GROUP[2]),
            col(BillingLedger.PUBLISHER_ID),
            unix_micros(col(QUARTER_HOUR)).as(ChargeRows.AT))
        .agg(
            sum(ClickMeasures.VALID_CLICKS).as(ChargeRows.CLICKS),
            sum(ClickMeasures.COST_MICROS).as(ChargeRows.COST))
        .transform(rows -> input(rows, Input.QUARTER_HOUR, lit(null)));
  }

  private static Dataset<Row> input(Dataset<Row> rows, Input kind, Column clickId) {
    return rows.select(
        lit(kind.name()).as(ChargeRows.KIND),
        col(GROUP[0]),
        col(GROUP[1]),
        col(GROUP[2]),
        col(BillingLedger.PUBLISHER_ID),
        col(ChargeRows.AT),
        clickId.cast(DataTypes.StringType).as(FraudClickVerdicts.CLICK_ID),
        col(ChargeRows.CLICKS),
        col(ChargeRows.COST));
  }

  /** What campaigns with a total budget were charged net before their first affected day. */
  private Dataset<Row> before(AffectedDays affected) {
    StructType schema =
        new StructType()
            .add("first_campaign", DataTypes.StringType)
            .add("first_day", DataTypes.DateType);
    Dataset<Row> first =
        spark.createDataFrame(
            affected.firstDays().entrySet().stream()
                .map(entry -> RowFactory.create(entry.getKey(), entry.getValue()))
                .toList(),
            schema);
    return entriesAndAdjustments()
        .where(
            col(BillingLedger.ACCOUNT)
                .equalTo(Account.ADVERTISER_RECEIVABLE.name())
                .and(col(BillingLedger.CAMPAIGN_ID).isInCollection(affected.firstDays().keySet())))
        .join(
            broadcast(first),
            col(BillingLedger.CAMPAIGN_ID)
                .equalTo(col("first_campaign"))
                .and(col(BillingLedger.BILLING_DAY).lt(col("first_day"))))
        .groupBy(GROUP[0], GROUP[1], GROUP[2])
        .agg(sum(LedgerRows.net()).as(ChargeRows.COST))
        .withColumn(BillingLedger.PUBLISHER_ID, lit(null).cast(DataTypes.StringType))
        .withColumn(ChargeRows.AT, lit(0L))
        .withColumn(ChargeRows.CLICKS, lit(0L))
        .transform(rows -> input(rows, Input.BEFORE, lit(null)));
  }

  /** The published entries and those of their adjustments that are not of voided clicks. */
  private Dataset<Row> entriesAndAdjustments() {
    String[] columns = {
      BillingLedger.BILLING_DAY,
      BillingLedger.ADVERTISER_ID,
      BillingLedger.CAMPAIGN_ID,
      BillingLedger.ACCOUNT,
      BillingLedger.DEBIT_MICROS,
      BillingLedger.CREDIT_MICROS,
      BillingLedger.CURRENCY
    };
    return branch
        .published(BillingLedger.TABLE)
        .selectExpr(columns)
        .unionByName(
            branch
                .published(BillingAdjustments.TABLE)
                .where(not(LedgerRows.isOfVoidedClicks()))
                .selectExpr(columns));
  }

  /** The voided clicks of the affected days that are valid still. */
  private Dataset<Row> voided(AffectedDays affected, Broadcast<BillingTerms> terms) {
    SortedSet<LocalDate> days = new TreeSet<>();
    Dataset<Row> voided =
        branch
            .rows(BillingVoidedClicks.TABLE)
            .where(
                UtcDays.contain(
                    AffectedDays.around(affected.days()), BillingVoidedClicks.CLICKED_AT));
    voided
        .select(UtcDays.of(BillingVoidedClicks.CLICKED_AT))
        .distinct()
        .collectAsList()
        .forEach(row -> days.add(row.getDate(0).toLocalDate()));
    return validClicks(days)
        .join(
            broadcast(voided.select(BillingVoidedClicks.CLICK_ID)),
            new String[] {FraudClickVerdicts.CLICK_ID},
            "left_semi")
        .withColumn(
            BillingLedger.BILLING_DAY,
            AffectedDays.billingDay(terms, FraudClickVerdicts.CLICKED_AT))
        .join(affected.keys(), AffectedDays.KEY, "left_semi")
        .transform(rows -> input(rows, Input.VOIDED, col(FraudClickVerdicts.CLICK_ID)));
  }

  private Dataset<Row> single(Set<Needed> needed) {
    StructType schema =
        new StructType()
            .add("needed_campaign", DataTypes.StringType)
            .add("needed_start", DataTypes.LongType);
    SortedSet<LocalDate> days = new TreeSet<>();
    needed.forEach(each -> days.add(BillingRunDays.day(each.start())));
    Dataset<Row> wanted =
        spark.createDataFrame(
            needed.stream()
                .map(
                    each ->
                        RowFactory.create(
                            each.campaignId(), each.start().getEpochSecond() * 1_000_000L))
                .toList(),
            schema);
    Column start = col(ChargeRows.AT).minus(pmod(col(ChargeRows.AT), lit(QUARTER_HOUR_MICROS)));
    return validClicks(days)
        .join(
            broadcast(wanted),
            col(BillingLedger.CAMPAIGN_ID)
                .equalTo(col("needed_campaign"))
                .and(start.equalTo(col("needed_start"))),
            "left_semi")
        .transform(rows -> input(rows, Input.CLICK, col(FraudClickVerdicts.CLICK_ID)));
  }

  private Dataset<Row> validClicks(SortedSet<LocalDate> days) {
    return branch
        .verdicts(days)
        .where(
            col(FraudClickVerdicts.VERDICT)
                .equalTo(Verdict.VALID.name())
                .and(col(FraudClickVerdicts.ADVERTISER_ID).isNotNull()))
        .withColumn(ChargeRows.AT, unix_micros(col(FraudClickVerdicts.CLICKED_AT)))
        .withColumn(ChargeRows.CLICKS, lit(1L))
        .withColumn(ChargeRows.COST, col(FraudClickVerdicts.PRICE_MICROS));
  }

  private SortedSet<LocalDate> write(
      AffectedDays affected,
      Dataset<Row> charged,
      Broadcast<BillingTerms> terms,
      Optional<Broadcast<BillingTerms>> before,
      BillingRunDays runDays) {
    ClosedPeriods closed = ClosedPeriods.of(branch.rows(BillingPeriods.TABLE));
    Dataset<Row> entries = charged.where(is(Output.ENTRY));
    AffectedRows rows = new AffectedRows(branch, affected, runId);
    SortedSet<LocalDate> changed = new TreeSet<>();
    changed.addAll(
        rows.replace(
            BillingLedger.TABLE,
            closed.contain(),
            entries.where(closed.doNotContain()).transform(LedgerRows.withEntryId())));
    changed.addAll(
        rows.replace(
            BillingUnchargedClicks.TABLE,
            lit(false),
            charged
                .where(is(Output.UNCHARGED))
                .withColumn(BillingUnchargedClicks.REASON, col(BillingLedger.ACCOUNT))
                .withColumn(BillingUnchargedClicks.COST_MICROS, col(BillingLedger.DEBIT_MICROS))));
    Adjustments adjustments =
        new Adjustments(branch, affected, closed, terms, runDays.through(), runId);
    if (adjustments.areNeeded()) {
      adjustments.append(
          entries,
          charged.where(is(Output.VOIDED)),
          before.map(old -> terms.value().changesSince(old.value(), runDays.through())),
          runDays.newDays());
      changed.addAll(
          AffectedRows.days(
              branch
                  .rows(BillingAdjustments.TABLE)
                  .where(col(BillingAdjustments.RUN_ID).equalTo(runId))));
    }
    return changed;
  }

  private static Column is(Output kind) {
    return col(ChargeRows.KIND).equalTo(kind.name());
  }

  private static Column timestamp(String micros) {
    return timestamp_micros(col(micros));
  }
}
