package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_micros;

import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.BillingRunInputs;
import io.clickledger.batch.billing.input.BillingTerms;
import io.clickledger.batch.billing.input.ReferenceTables;
import io.clickledger.batch.billing.rollup.BillingRunRecord;
import io.clickledger.batch.billing.rollup.RollUpStep;
import io.clickledger.batch.ledger.ChargeRows.Output;
import io.clickledger.lake.publish.Publication;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingPeriods;
import io.clickledger.schemas.BillingUnchargedClicks;
import io.clickledger.spark.KeptRows;
import java.sql.Timestamp;
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
import org.apache.spark.sql.SparkSession;

/**
 * The step ChargeClicks of a billing run: charges the valid clicks of local days that have ended
 * and are new or changed. Entries of open periods are replaced on the run's branch; what changed in
 * closed ones, and voided clicks, become adjustments.
 */
public final class ChargeStep {
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

  /** The rows of {@link ChargeRows.Output}, once no single clicks are missing. */
  private KeptRows charge(
      AffectedDays.Search search, AffectedDays affected, Broadcast<BillingTerms> terms) {
    ChargeInput input = new ChargeInput(spark, branch, search, affected, terms);
    try (KeptRows kept = KeptRows.of(input.whole())) {
      Set<ChargeInput.Needed> needed = new HashSet<>();
      while (true) {
        Dataset<Row> rows =
            needed.isEmpty() ? kept.rows() : kept.rows().unionByName(input.single(needed));
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
            row ->
                needed.add(
                    new ChargeInput.Needed(row.getString(0), row.<Timestamp>getAs(1).toInstant())));
        if (needed.size() == known) {
          throw new IllegalStateException(
              "rollups have valid clicks of quarter hours of which there are no verdicts: "
                  + needed);
        }
      }
    }
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
