package io.clickledger.batch.billing.run;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.BillingRunInputs;
import io.clickledger.batch.billing.input.InputVersions;
import io.clickledger.batch.billing.input.PinnedInputs;
import io.clickledger.batch.billing.rollup.BillingRunRecord;
import io.clickledger.batch.billing.rollup.RollUpStep;
import io.clickledger.batch.fraud.JudgeClicksStep;
import io.clickledger.batch.fraud.JudgedClicks;
import io.clickledger.batch.reconcile.ReconcileStep;
import io.clickledger.batch.reconcile.ReconciledDays;
import io.clickledger.lake.publish.Publication;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/**
 * The steps of a billing run, in their order: JudgeClicks, RollUpClicks, Reconcile. Each writes to
 * the run's branch what the gate checks afterwards.
 */
record BillingRunSteps(
    SparkSession spark,
    BatchSettings settings,
    Optional<Publication> previous,
    String runId,
    Instant startedAt,
    Consumer<String> progress) {

  /** What the steps computed. */
  record Result(RollUpStep.Result rollUps, ReconciledDays reconciled) {}

  /**
   * Runs them.
   *
   * @param lateClicks how many clicks of each final day landed since the publication before
   */
  Result run(
      BillingRunInputs inputs,
      PinnedInputs pinned,
      BillingRunBranch branch,
      BillingRunDays days,
      SortedMap<LocalDate, Long> lateClicks) {
    Instant landedThrough = previous.map(Publication::landedThrough).orElse(Instant.EPOCH);
    try (JudgedClicks judged =
        new JudgeClicksStep(spark, inputs, branch, landedThrough, runId)
            .run(days, indexKeptFrom(days), startedAt)) {
      progress.accept("summing the judged clicks");
      RollUpStep.Result rollUps =
          new RollUpStep(spark, inputs, branch, previous, runId)
              .run(days, judged.rows(), lateClicks);
      progress.accept("comparing live with final");
      ReconciledDays reconciled =
          new ReconcileStep(spark, inputs, pinned, settings.upkeep().keepLive(), startedAt, runId)
              .run(days, judged.rows(), earlierVersions());
      return new Result(rollUps, reconciled);
    }
  }

  /** By what the run before judged. */
  private Optional<InputVersions> earlierVersions() {
    return previous
        .map(Publication::runId)
        .map(id -> BillingRunRecord.read(spark, List.of(id)).get(id).versions());
  }

  /** A day that may still change needs the marks of its clicks, and of those that they repeat. */
  private Instant indexKeptFrom(BillingRunDays days) {
    BatchSettings.Billing billing = settings.billing();
    return BillingRunDays.start(
        BillingRunDays.day(
            days.through().minus(billing.closeAfter()).minus(billing.dedupHorizon())));
  }
}
