package io.clickledger.batch.billing.run;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.BillingRunInputs;
import io.clickledger.batch.billing.input.PinnedInputs;
import io.clickledger.batch.fraud.JudgeClicksStep;
import io.clickledger.lake.AdvisoryLock;
import io.clickledger.lake.CatalogDatabase;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.programs.TryLaterException;
import io.clickledger.schemas.BillingPublications;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/**
 * Computes a published run again, from what billing.runs says that it read, on a branch that starts
 * where the run started, and compares its rows with those that it published. It publishes nothing.
 */
final class RerunJob {
  private final SparkSession spark;
  private final BatchSettings settings;
  private final Consumer<String> progress;

  /**
   * @param progress takes a line for each step
   */
  RerunJob(SparkSession spark, BatchSettings settings, Consumer<String> progress) {
    this.spark = spark;
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * Runs it again, under the lock of the billing tables.
   *
   * @return the differences, one sentence each; empty where all rows are equal
   */
  List<String> run(String runId) {
    try (AdvisoryLock lock =
        AdvisoryLock.take(CatalogDatabase.of(settings.lake()), RollUpClicksJob.LOCK)
            .orElseThrow(
                () ->
                    new TryLaterException(
                        "a billing run is in progress: it holds the lock of the billing tables"))) {
      Publications publications =
          new Publications(LakeTables.load(spark, BillingPublications.TABLE));
      RecordedRun run = RecordedRun.read(spark, publications.all(), runId);
      try (PinnedInputs pinned = PinnedInputs.protect(spark);
          BillingRunBranch branch = BillingRunBranch.asBefore(spark, run.previous(), runId)) {
        BillingRunInputs inputs =
            BillingRunInputs.recorded(
                spark, settings, run.raw(pinned.raw().snapshotId()), run.versions());
        compute(run, publications, inputs, branch);
        lock.requireHeld();
        progress.accept("comparing with what run %s published".formatted(runId));
        return new RerunCheck(run, branch, progress).differences();
      }
    }
  }

  private void compute(
      RecordedRun run,
      Publications publications,
      BillingRunInputs inputs,
      BillingRunBranch branch) {
    BillingRunDays days = run.days();
    progress.accept(
        "computing %d days in full and late clicks of %d more, from clicks landed through %s"
            .formatted(days.inFull().size(), days.added().size(), inputs.raw().landedThrough()));
    SortedMap<LocalDate, Long> lateClicks =
        run.previous().map(inputs.raw()::lateClicks).orElseGet(TreeMap::new);
    BillingRunSteps steps =
        new BillingRunSteps(
            spark,
            settings,
            publications,
            run.previous(),
            run.runId(),
            run.startedAt(),
            run.task(),
            progress);
    Instant landedThrough = run.previous().map(Publication::landedThrough).orElse(Instant.EPOCH);
    new JudgeClicksStep(spark, settings, inputs, branch, landedThrough, run.runId())
        .restoreIndex(steps.indexKeptFrom());
    steps.run(inputs, Optional.empty(), branch, days, lateClicks);
  }
}
