package io.clickledger.batch.billing.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.BillingRunInputs;
import io.clickledger.batch.billing.input.BillingTerms;
import io.clickledger.batch.billing.input.NewIds;
import io.clickledger.batch.billing.input.PinnedInputs;
import io.clickledger.batch.billing.input.RawClicksRead;
import io.clickledger.batch.billing.input.RawDay;
import io.clickledger.batch.billing.rollup.BillingRunRecord;
import io.clickledger.batch.billing.rollup.ClickBalance;
import io.clickledger.batch.billing.rollup.ClickSums;
import io.clickledger.batch.billing.rollup.DayChange;
import io.clickledger.batch.billing.rollup.Restatement;
import io.clickledger.batch.billing.rollup.RollUpStep;
import io.clickledger.batch.fraud.MarksGate;
import io.clickledger.batch.ledger.LedgerGate;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.batch.reconcile.OpenDifferences;
import io.clickledger.lake.AdvisoryLock;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.landed.LandedClickCount;
import io.clickledger.lake.landed.Landings;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.lake.publish.PublishedTag;
import io.clickledger.lake.publish.PublishedTotals;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.FraudClickIds;
import io.clickledger.schemas.TableName;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One billing run: under the lock of the billing tables it pins its inputs, computes the due days
 * on a branch, passes the gate and makes one publication. Readers see nothing of it before the
 * publication.
 */
final class BillingRun {
  private static final Logger LOG = LoggerFactory.getLogger(BillingRun.class);

  private final SparkSession spark;
  private final BatchSettings settings;
  private final Clock clock;
  private final BillingRunGate gate;
  private final AdvisoryLock lock;
  private final BillingRunOptions options;
  private final Instant startedAt;
  private final Consumer<String> progress;
  private final String runId;
  private final Publications publications;
  private final Optional<Publication> previous;
  private final BillingRunPlan plan;

  /**
   * @param lock of the billing tables; stays the caller's
   * @param startedAt to the lake's precision
   * @param progress takes a line for each step
   * @throws RefusedException where the options ask for what cannot be
   */
  BillingRun(
      SparkSession spark,
      BatchSettings settings,
      Clock clock,
      BillingRunGate.BeforeGate beforeGate,
      AdvisoryLock lock,
      BillingRunOptions options,
      Instant startedAt,
      Consumer<String> progress) {
    this.spark = spark;
    this.settings = settings;
    this.clock = clock;
    this.lock = lock;
    this.options = options;
    this.startedAt = startedAt;
    this.progress =
        line -> {
          LOG.info("{}", line);
          progress.accept(line);
        };
    this.runId = runId(options.date());
    this.gate =
        new BillingRunGate(spark, runId, beforeGate, this::now, settings.fraud().behaviourModel());
    this.publications = new Publications(LakeTables.load(spark, BillingPublications.TABLE));
    this.previous = publications.current();
    this.plan = new BillingRunPlan(settings.billing(), options, previous);
  }

  /** Computes, passes the gate and publishes; or finds that nothing changed. */
  BillingRunOutcome run() {
    // A run that died during its publication may have left the tags behind.
    previous.ifPresent(this::moveTag);
    try (PinnedInputs pinned = PinnedInputs.protect(spark);
        BillingRunBranch branch = BillingRunBranch.open(spark, previous, runId)) {
      RawClicksRead raw = pinned.raw();
      BillingRunInputs inputs = BillingRunInputs.read(spark, settings, raw);
      SortedMap<LocalDate, Long> lateClicks = previous.map(raw::lateClicks).orElseGet(TreeMap::new);
      BillingRunDays runDays = plan.days(raw, branch, lateClicks, newIds(inputs));
      reportDays(runDays, raw);
      BillingRunSteps.Result steps =
          steps().run(inputs, Optional.of(pinned), branch, runDays, lateClicks);
      RollUpStep.Result computed = steps.rollUps();
      if (steps.changedNothing() && options.reason().isEmpty()) {
        return new BillingRunOutcome.Unchanged(runDays.days(), previous.orElseThrow());
      }
      progress.accept(
          "checking %d days that are new or changed".formatted(computed.changed().size()));
      SortedMap<LocalDate, RawDay> rawDays = raw.byDay(runDays.inFull(), runDays.added(), previous);
      ClickSums sums = published(branch, computed.changed());
      ClickBalance balance = balance(raw, runDays, sums.grossClicks(), lateClicks);
      gate.requirePassed(
          branch,
          computed,
          rawDays,
          inputs.refAds(spark),
          () -> checksOfRun(inputs, branch, runDays, balance, steps));
      List<DayChange> changes =
          DayChange.of(
              computed.changed(),
              computed.restatements(),
              branch.publishedDays(computed.changed()),
              branch.days(computed.changed()));
      if (options.dryRun()) {
        return new BillingRunOutcome.NotPublished(runDays.days(), changes, steps.reconciled());
      }
      progress.accept("publishing");
      BillingRunRecord record =
          new BillingRunRecord(
              runId,
              options.task().job(),
              startedAt,
              now(),
              runDays,
              raw,
              inputs.versions(),
              rawDays.values().stream().mapToLong(RawDay::clicks).sum(),
              balance,
              options.task() instanceof BillingTask.ClosePeriod
                  ? options.unexplained()
                  : steps.reconciled().unexplained(),
              options.reason());
      PublishedTotals totals = new PublishedTotals(branch.rows(), sums.costMicros());
      Publication published =
          publish(runDays, branch, pinned, record, computed.restatements(), totals);
      return new BillingRunOutcome.Published(
          runDays.days(), published, changes, steps.reconciled());
    }
  }

  private void reportDays(BillingRunDays runDays, RawClicksRead raw) {
    progress.accept(
        "judging %d days in full and late clicks of %d more, %s to %s, from clicks landed through %s"
            .formatted(
                runDays.inFull().size(),
                runDays.added().size(),
                runDays.days().first(),
                runDays.days().last(),
                raw.landedThrough()));
  }

  private BillingRunSteps steps() {
    return new BillingRunSteps(
        spark, settings, publications, previous, runId, startedAt, options.task(), progress);
  }

  private List<QualityMetric> checksOfRun(
      BillingRunInputs inputs,
      BillingRunBranch branch,
      BillingRunDays runDays,
      ClickBalance balance,
      BillingRunSteps.Result steps) {
    Instant since = previous.map(Publication::landedThrough).orElse(Instant.EPOCH);
    List<QualityMetric> checks =
        new ArrayList<>(
            MarksGate.check(
                branch.rows(FraudClickIds.TABLE).where(col(FraudClickIds.LANDED_AT).gt(lit(since))),
                inputs.raw().landedAfter(since),
                inputs.versions().dedupHorizon()));
    checks.addAll(PublishedRowsGate.check(branch, steps.rollUps().changed(), runId, since));
    checks.add(balance.check());
    checks.add(steps.reconciled().check(options.unexplained()));
    if (options.task() instanceof BillingTask.ClosePeriod period) {
      checks.add(openDifferences(period, inputs.terms()));
    }
    checks.addAll(
        new LedgerGate(spark, inputs, branch, refBefore(inputs), runDays.through(), runId)
            .check(steps.charged(), steps.rollUps().replaced(), steps.rollUps().changed()));
    return checks;
  }

  /** Of the hours of a month in the zones of those whose period is closed. */
  private QualityMetric openDifferences(BillingTask.ClosePeriod period, BillingTerms terms) {
    Set<String> ids = period.advertiserId().map(Set::of).orElseGet(terms::advertiserIds);
    YearMonth before = period.month().minusMonths(1);
    return new OpenDifferences(spark, publications.all(), settings.upkeep().keepLive())
        .check(
            ids.stream()
                .map(id -> terms.endOfMonth(id, before))
                .min(Comparator.naturalOrder())
                .orElseThrow(),
            ids.stream()
                .map(id -> terms.endOfMonth(id, period.month()))
                .max(Comparator.naturalOrder())
                .orElseThrow(),
            options.unexplained());
  }

  /** The snapshots of ref that the publication before was made by, if they are others. */
  private Optional<Map<String, Long>> refBefore(BillingRunInputs inputs) {
    return recordBefore()
        .map(earlier -> earlier.versions().refSnapshotIds())
        .filter(ids -> !ids.equals(inputs.versions().refSnapshotIds()));
  }

  /** The ads and publishers that the publication before did not know. */
  private NewIds newIds(BillingRunInputs inputs) {
    return refBefore(inputs).map(ids -> NewIds.since(ids, inputs, spark)).orElse(NewIds.NONE);
  }

  private Optional<BillingRunRecord.Earlier> recordBefore() {
    return previous
        .map(Publication::runId)
        .map(id -> BillingRunRecord.read(spark, List.of(id)).get(id));
  }

  /**
   * The sums over all days, from those of the publication before: that the rows of other days are
   * as published is proven by the gate.
   */
  private ClickSums published(BillingRunBranch branch, SortedSet<LocalDate> changed) {
    ClickSums before =
        new ClickSums(
            balanceBefore().published(),
            previous.map(last -> last.totals().costMicros()).orElse(Map.of()));
    return changed.isEmpty()
        ? before
        : before.replacing(
            ClickSums.of(branch.publishedDays(changed)), ClickSums.of(branch.days(changed)));
  }

  private ClickBalance balanceBefore() {
    return recordBefore().map(BillingRunRecord.Earlier::balance).orElse(ClickBalance.NONE);
  }

  private ClickBalance balance(
      RawClicksRead raw,
      BillingRunDays runDays,
      long published,
      SortedMap<LocalDate, Long> lateClicks) {
    ClickBalance before = balanceBefore();
    Instant since = previous.map(Publication::landedThrough).orElse(Instant.EPOCH);
    return new ClickBalance(
        before.landed()
            + LandedClickCount.between(
                spark,
                Landings.of(table -> LakeTables.load(spark, table)),
                since,
                raw.landedThrough()),
        published,
        raw.countFrom(runDays.through()),
        before.afterClose() + plan.afterClose(lateClicks),
        before.accepted() + options.missingClicks());
  }

  private Publication publish(
      BillingRunDays runDays,
      BillingRunBranch branch,
      PinnedInputs pinned,
      BillingRunRecord record,
      List<Restatement> restatements,
      PublishedTotals totals) {
    lock.requireHeld();
    Map<TableName, Long> heads = branch.fastForward();
    long publicationId = previous.map(p -> p.publicationId() + 1).orElse(1L);
    BillingRunBranch.tag(spark, publicationId, heads);
    record.append(spark);
    Publication next =
        new Publication(
            publicationId,
            now(),
            runId,
            runDays.through(),
            heads,
            pinned.liveSnapshotId(),
            record.raw().offsets(),
            record.raw().landedThrough(),
            restatements.stream().map(Restatement::day).toList(),
            plan.closedWith(runDays.through()),
            totals);
    lock.requireHeld();
    publications.append(previous.stream().mapToLong(Publication::publicationId).findFirst(), next);
    moveTag(next);
    return next;
  }

  private void moveTag(Publication current) {
    PublishedTag.follow(current, table -> LakeTables.load(spark, table));
  }

  /** Letters, digits and underscores only: it names a branch. */
  private static String runId(LocalDate date) {
    return date.format(DateTimeFormatter.BASIC_ISO_DATE)
        + "_"
        + UUID.randomUUID().toString().substring(0, 8);
  }

  /** To the lake's precision. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
