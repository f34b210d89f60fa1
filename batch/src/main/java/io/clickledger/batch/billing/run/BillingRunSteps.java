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
import io.clickledger.batch.ledger.ChargeStep;
import io.clickledger.batch.ledger.ClickVoid;
import io.clickledger.batch.ledger.PeriodClose;
import io.clickledger.batch.reconcile.ReconcileStep;
import io.clickledger.batch.reconcile.ReconciledDays;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.schemas.ClosedDays;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/**
 * The steps of a billing run, in their order: JudgeClicks, RollUpClicks, ChargeClicks, Reconcile.
 * The first three write to the run's branch what the gate checks afterwards; Reconcile writes to
 * audit.reconciliation.
 */
record BillingRunSteps(
    SparkSession spark,
    BatchSettings settings,
    Publications publications,
    Optional<Publication> previous,
    String runId,
    Instant startedAt,
    BillingTask task,
    Consumer<String> progress) {

  /** No click lands so long before the day of its clicked_at. */
  private static final Duration MAX_LANDED_BEFORE = Duration.ofHours(2);

  /**
   * What the steps computed.
   *
   * @param charged local days of which ChargeClicks changed something
   */
  record Result(
      RollUpStep.Result rollUps,
      SortedSet<LocalDate> charged,
      Optional<String> done,
      ReconciledDays reconciled) {
    /** Whether there is anything to publish. */
    boolean changedNothing() {
      return rollUps.changed().isEmpty() && charged.isEmpty() && done.isEmpty();
    }
  }

  /**
   * Runs them.
   *
   * @param pinned the live that final is compared with; empty for no comparison
   * @param lateClicks how many clicks of each final day landed since the publication before
   */
  Result run(
      BillingRunInputs inputs,
      Optional<PinnedInputs> pinned,
      BillingRunBranch branch,
      BillingRunDays days,
      SortedMap<LocalDate, Long> lateClicks) {
    Instant landedThrough = previous.map(Publication::landedThrough).orElse(Instant.EPOCH);
    JudgeClicksStep judge =
        new JudgeClicksStep(spark, settings, inputs, branch, landedThrough, runId);
    try (JudgedClicks judged = judge.judge(days, indexKeptFrom())) {
      progress.accept("summing the judged clicks");
      RollUpStep.Result rollUps =
          new RollUpStep(spark, inputs, branch, previous, runId)
              .run(days, judged.rows(), lateClicks);
      progress.accept("writing verdicts");
      judge.write(judged, rollUps.replaced(), days.added(), startedAt);
      Optional<String> voided = voidClicks(branch);
      progress.accept("charging");
      SortedSet<LocalDate> charged =
          new ChargeStep(spark, inputs, branch, previous, runId).run(days, rollUps);
      Optional<String> closed = closePeriod(inputs, branch, days);
      voided.or(() -> closed).ifPresent(progress);
      ReconciledDays reconciled =
          pinned.map(live -> reconcile(inputs, live, days, judged)).orElse(ReconciledDays.NONE);
      return new Result(rollUps, charged, voided.or(() -> closed), reconciled);
    }
  }

  private ReconciledDays reconcile(
      BillingRunInputs inputs, PinnedInputs live, BillingRunDays days, JudgedClicks judged) {
    progress.accept("comparing live with final");
    return new ReconcileStep(spark, inputs, live, settings, startedAt, runId)
        .run(days, judged.rows(), versionsBefore(days));
  }

  private Optional<String> voidClicks(BillingRunBranch branch) {
    if (!(task instanceof BillingTask.VoidClicks clicks)) {
      return Optional.empty();
    }
    long voided =
        new ClickVoid(spark, branch, runId)
            .record(clicks.clicks(), clicks.reason(), clicks.by(), startedAt);
    return voided == 0 ? Optional.empty() : Optional.of("%d clicks are voided".formatted(voided));
  }

  private Optional<String> closePeriod(
      BillingRunInputs inputs, BillingRunBranch branch, BillingRunDays days) {
    if (!(task instanceof BillingTask.ClosePeriod period)) {
      return Optional.empty();
    }
    SortedSet<String> closed =
        new PeriodClose(spark, branch, inputs.terms(), days.through(), runId)
            .close(period.month(), period.advertiserId(), startedAt);
    return closed.isEmpty()
        ? Optional.empty()
        : Optional.of("%s is closed of %s".formatted(period.month(), closed));
  }

  /**
   * What clicks were judged by in the last run that was published before live could count a click
   * of the new days. Ads and publishers that changed since may differ in live.
   */
  private Optional<InputVersions> versionsBefore(BillingRunDays days) {
    if (days.newDays().isEmpty()) {
      return Optional.empty();
    }
    Instant counted = BillingRunDays.start(days.newDays().first()).minus(MAX_LANDED_BEFORE);
    return publications.all().stream()
        .filter(publication -> publication.publishedAt().isBefore(counted))
        .reduce((earlier, later) -> later)
        .map(Publication::runId)
        .map(id -> BillingRunRecord.read(spark, List.of(id)).get(id).versions());
  }

  /** A day that was open before the run needs the marks of its clicks, and of those they repeat. */
  Instant indexKeptFrom() {
    LocalDate open = previous.map(Publication::closed).orElse(ClosedDays.NONE).before();
    return open.equals(LocalDate.EPOCH)
        ? Instant.EPOCH
        : BillingRunDays.start(
            BillingRunDays.day(
                BillingRunDays.start(open.minusDays(1)).minus(settings.billing().dedupHorizon())));
  }
}
