package io.clickledger.batch.billing.run;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.PinnedInputs;
import io.clickledger.batch.billing.input.RawClicksRead;
import io.clickledger.batch.billing.rollup.BillingRunBranch;
import io.clickledger.batch.billing.rollup.BillingRunInputs;
import io.clickledger.batch.billing.rollup.BillingRunRecord;
import io.clickledger.batch.billing.rollup.ClickBalance;
import io.clickledger.batch.billing.rollup.ClickSums;
import io.clickledger.batch.billing.rollup.DayChange;
import io.clickledger.batch.billing.rollup.Restatement;
import io.clickledger.batch.billing.rollup.RollUpStep;
import io.clickledger.lake.AdvisoryLock;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.landed.LandedClickCount;
import io.clickledger.lake.landed.Landings;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.lake.publish.PublishedTag;
import io.clickledger.lake.publish.PublishedTotals;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.ClosedDays;
import io.clickledger.schemas.TableName;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/**
 * One billing run: under the lock of the billing tables it pins its inputs, computes the due days
 * on a branch, passes the gate and makes one publication. Readers see nothing of it before the
 * publication.
 */
final class BillingRun {
  private static final String JOB = "RollUpClicks";

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

  /** The days that stay closed with this run. */
  private final ClosedDays closed;

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
      BillingRunGate.Checks checks,
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
    this.progress = progress;
    this.runId = runId(options.date());
    this.gate = new BillingRunGate(spark, runId, checks, this::now);
    this.publications = new Publications(LakeTables.load(spark, BillingPublications.TABLE));
    this.previous = publications.current();
    ClosedDays before = previous.map(Publication::closed).orElse(ClosedDays.NONE);
    requireOpen(options.date(), before);
    requireFinal(options.closeDays());
    this.closed = before.with(before.before(), options.closeDays());
  }

  /** Computes, passes the gate and publishes; or finds that nothing changed. */
  BillingRunOutcome run() {
    // A run that died during its publication may have left the tags behind.
    previous.ifPresent(this::moveTag);
    RawClicksRead raw = RawClicksRead.pin(spark);
    try (PinnedInputs pinned = PinnedInputs.protect(spark, raw.snapshotId());
        BillingRunBranch branch = BillingRunBranch.open(spark, previous, runId)) {
      BillingRunInputs inputs = BillingRunInputs.read(spark, settings, raw);
      SortedMap<LocalDate, Long> lateClicks = previous.map(raw::lateClicks).orElseGet(TreeMap::new);
      BillingRunDays runDays = runDays(raw, lateClicks);
      progress.accept(
          "computing %d days, %s to %s, from clicks landed through %s"
              .formatted(
                  runDays.days().size(),
                  runDays.days().first(),
                  runDays.days().last(),
                  raw.landedThrough()));
      RollUpStep.Result computed =
          new RollUpStep(spark, inputs, branch, previous, runId).run(runDays, lateClicks);
      if (computed.changed().isEmpty() && options.reason().isEmpty()) {
        return new BillingRunOutcome.Unchanged(runDays.days(), previous.orElseThrow());
      }
      progress.accept(
          "checking %d days that are new or changed".formatted(computed.changed().size()));
      SortedMap<LocalDate, Long> rawRows = raw.countByDay(runDays.days());
      ClickSums sums = ClickSums.of(branch.allDays());
      ClickBalance balance = balance(raw, runDays, sums.grossClicks(), lateClicks);
      gate.requirePassed(branch, computed, rawRows, balance);
      List<DayChange> changes =
          DayChange.of(
              computed.changed(),
              computed.restatements(),
              branch.publishedDays(computed.changed()),
              branch.days(computed.changed()));
      if (options.dryRun()) {
        return new BillingRunOutcome.NotPublished(runDays.days(), changes);
      }
      progress.accept("publishing");
      BillingRunRecord record =
          new BillingRunRecord(
              runId,
              JOB,
              startedAt,
              now(),
              runDays.days(),
              raw,
              inputs.versions(),
              rawRows.values().stream().mapToLong(Long::longValue).sum(),
              balance,
              options.reason());
      PublishedTotals totals = new PublishedTotals(branch.rows(), sums.costMicros());
      Publication published =
          publish(runDays, branch, pinned, record, computed.restatements(), totals);
      return new BillingRunOutcome.Published(runDays.days(), published, changes);
    }
  }

  private static void requireOpen(LocalDate date, ClosedDays closed) {
    if (closed.contains(date)) {
      throw new RefusedException(
          "date must be an open day, was %s: days before %s%s are closed and do not change again"
              .formatted(
                  date,
                  closed.before(),
                  closed.others().isEmpty() ? "" : ", and " + closed.others() + ","));
    }
  }

  private void requireFinal(SortedSet<LocalDate> days) {
    for (LocalDate day : days) {
      boolean isFinal =
          previous
              .filter(
                  published -> !BillingRunDays.start(day.plusDays(1)).isAfter(published.through()))
              .isPresent();
      if (!isFinal || day.equals(options.date())) {
        throw new RefusedException(
            "each of close-days must be final already and another day than date, was " + day);
      }
    }
  }

  private BillingRunDays runDays(RawClicksRead raw, SortedMap<LocalDate, Long> lateClicks) {
    return BillingRunDays.of(
        options.date(),
        previous,
        lateClicks.keySet().stream().filter(day -> !closed.contains(day)).toList(),
        previous.isPresent() ? options.date() : raw.firstDay().orElse(options.date()));
  }

  private ClickBalance balance(
      RawClicksRead raw,
      BillingRunDays runDays,
      long published,
      SortedMap<LocalDate, Long> lateClicks) {
    ClickBalance before =
        previous
            .map(Publication::runId)
            .map(id -> BillingRunRecord.read(spark, List.of(id)).get(id).balance())
            .orElse(ClickBalance.NONE);
    Instant since = previous.map(Publication::landedThrough).orElse(Instant.EPOCH);
    long afterClose =
        lateClicks.entrySet().stream()
            .filter(late -> closed.contains(late.getKey()))
            .mapToLong(Map.Entry::getValue)
            .sum();
    return new ClickBalance(
        before.landed()
            + LandedClickCount.between(
                spark,
                Landings.of(table -> LakeTables.load(spark, table)),
                since,
                raw.landedThrough()),
        published,
        raw.countFrom(runDays.through()),
        before.afterClose() + afterClose,
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
            closed.with(
                BillingRunDays.day(runDays.through().minus(settings.billing().closeAfter())),
                List.of()),
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
