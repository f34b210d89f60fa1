package io.clickledger.batch.billing;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.quality.GateReport;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.batch.quality.QualityMetrics;
import io.clickledger.lake.AdvisoryLock;
import io.clickledger.lake.ClosedDays;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.Publication;
import io.clickledger.lake.Publications;
import io.clickledger.lake.PublishedTag;
import io.clickledger.lake.PublishedTotals;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.TableName;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * One run over the days that a night is about, under the lock of the billing tables: inputs pinned
 * and protected, results on a branch, the gate, then one publication. Nothing that it writes is
 * seen before that.
 */
final class BillingRun {
  private static final String JOB = "RollUpClicks";

  private final SparkSession spark;
  private final BatchSettings settings;
  private final Clock clock;
  private final Gate gate;
  private final AdvisoryLock lock;
  private final NightOptions options;
  private final Instant startedAt;
  private final Consumer<String> progress;
  private final String runId;
  private final Publications publications;
  private final Optional<Publication> previous;

  /** The days that stay closed with this run. */
  private final ClosedDays closed;

  /** What the rows of a run must pass; takes what {@link RollUpGate#audit} takes. */
  @FunctionalInterface
  interface Gate {
    List<QualityMetric> audit(Dataset<Row> quarterHours, Dataset<Row> days, Dataset<Row> rawRows);
  }

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
      Gate gate,
      AdvisoryLock lock,
      NightOptions options,
      Instant startedAt,
      Consumer<String> progress) {
    this.spark = spark;
    this.settings = settings;
    this.clock = clock;
    this.gate = gate;
    this.lock = lock;
    this.options = options;
    this.startedAt = startedAt;
    this.progress = progress;
    this.runId = runId(options.date());
    this.publications = new Publications(LakeTables.load(spark, BillingPublications.TABLE));
    this.previous = publications.current();
    ClosedDays before = previous.map(Publication::closed).orElse(ClosedDays.NONE);
    requireOpen(options.date(), before);
    requireFinal(options.closeDays());
    this.closed = before.with(before.before(), options.closeDays());
  }

  /** Computes, passes the gate and publishes; or finds that nothing changed. */
  NightOutcome run() {
    // A run that died as it published may have left them behind.
    previous.ifPresent(this::moveTag);
    RawClicksRead raw = RawClicksRead.pin(spark);
    try (PinnedInputs pinned = PinnedInputs.protect(spark, raw.snapshotId());
        NightBranch branch = NightBranch.open(spark, previous, runId)) {
      RunInputs inputs = RunInputs.read(spark, settings, raw);
      SortedMap<LocalDate, Long> lateClicks = previous.map(raw::lateClicks).orElseGet(TreeMap::new);
      Night night = night(raw, lateClicks);
      progress.accept(
          "computing %d days, %s to %s, from clicks landed through %s"
              .formatted(
                  night.days().size(),
                  night.days().first(),
                  night.days().last(),
                  raw.landedThrough()));
      RollUpStep.Result computed =
          new RollUpStep(spark, inputs, branch, previous, runId).run(night, lateClicks);
      if (computed.changed().isEmpty() && options.reason().isEmpty()) {
        return new NightOutcome.Unchanged(night.days(), previous.orElseThrow());
      }
      progress.accept(
          "checking %d days that are new or changed".formatted(computed.changed().size()));
      SortedMap<LocalDate, Long> rawRows = raw.countByDay(night.days());
      ClickSums sums = ClickSums.of(branch.allDays());
      ClickBalance balance = balance(raw, night, sums.grossClicks(), lateClicks);
      requirePassed(audit(branch, computed, rawRows, balance));
      List<DayChange> changes =
          DayChange.of(
              computed.changed(),
              computed.restatements(),
              branch.publishedDays(computed.changed()),
              branch.days(computed.changed()));
      if (options.dryRun()) {
        return new NightOutcome.NotPublished(night.days(), changes);
      }
      progress.accept("publishing");
      RunRecord record =
          new RunRecord(
              runId,
              JOB,
              startedAt,
              now(),
              night.days(),
              raw,
              inputs.versions(),
              rawRows.values().stream().mapToLong(Long::longValue).sum(),
              balance,
              options.reason());
      PublishedTotals totals = new PublishedTotals(branch.rows(), sums.costMicros());
      Publication published =
          publish(night, branch, pinned, record, computed.restatements(), totals);
      return new NightOutcome.Published(night.days(), published, changes);
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
              .filter(published -> !Night.start(day.plusDays(1)).isAfter(published.through()))
              .isPresent();
      if (!isFinal || day.equals(options.date())) {
        throw new RefusedException(
            "each of close-days must be final already and another day than date, was " + day);
      }
    }
  }

  private Night night(RawClicksRead raw, SortedMap<LocalDate, Long> lateClicks) {
    return Night.of(
        options.date(),
        previous,
        lateClicks.keySet().stream().filter(day -> !closed.contains(day)).toList(),
        previous.isPresent() ? options.date() : raw.firstDay().orElse(options.date()));
  }

  private ClickBalance balance(
      RawClicksRead raw, Night night, long published, SortedMap<LocalDate, Long> lateClicks) {
    ClickBalance before =
        previous
            .map(Publication::runId)
            .map(id -> RunRecord.read(spark, List.of(id)).get(id).balance())
            .orElse(ClickBalance.NONE);
    Instant since = previous.map(Publication::landedThrough).orElse(Instant.EPOCH);
    long afterClose =
        lateClicks.entrySet().stream()
            .filter(late -> closed.contains(late.getKey()))
            .mapToLong(Map.Entry::getValue)
            .sum();
    return new ClickBalance(
        before.landed() + LandedClicks.between(spark, since, raw.landedThrough()),
        published,
        raw.countFrom(night.through()),
        before.afterClose() + afterClose,
        before.accepted() + options.missingClicks());
  }

  private GateReport audit(
      NightBranch branch,
      RollUpStep.Result computed,
      SortedMap<LocalDate, Long> rawRows,
      ClickBalance balance) {
    List<QualityMetric> metrics = new ArrayList<>();
    SortedSet<LocalDate> days = computed.changed();
    if (!days.isEmpty()) {
      StructType schema =
          new StructType()
              .add(BillingClicksByDay.DAY, DataTypes.DateType)
              .add(RollUpGate.RAW_ROWS, DataTypes.LongType);
      List<Row> rows = days.stream().map(day -> RowFactory.create(day, rawRows.get(day))).toList();
      metrics.addAll(
          gate.audit(
              branch.quarterHours(days), branch.days(days), spark.createDataFrame(rows, schema)));
    }
    metrics.addAll(Restatements.audit(computed.restatements()));
    metrics.add(balance.audit());
    return new GateReport(metrics);
  }

  private void requirePassed(GateReport report) {
    QualityMetrics.append(spark, runId, report, now());
    if (!report.passed()) {
      throw new RefusedException(
          "the gate stopped the night, nothing is published; metrics are in audit.quality_metrics"
              + " under run "
              + runId
              + ":\n  "
              + report.faults().stream()
                  .map(QualityMetric::fault)
                  .collect(Collectors.joining("\n  ")));
    }
  }

  private Publication publish(
      Night night,
      NightBranch branch,
      PinnedInputs pinned,
      RunRecord record,
      List<Restatement> restatements,
      PublishedTotals totals) {
    lock.requireHeld();
    Map<TableName, Long> heads = branch.fastForward();
    long publicationId = previous.map(p -> p.publicationId() + 1).orElse(1L);
    NightBranch.tag(spark, publicationId, heads);
    record.append(spark);
    Publication next =
        new Publication(
            publicationId,
            now(),
            runId,
            night.through(),
            heads,
            pinned.liveSnapshotId(),
            record.raw().offsets(),
            record.raw().landedThrough(),
            restatements.stream().map(Restatement::day).toList(),
            closed.with(
                Night.day(night.through().minus(settings.billing().closeAfter())), List.of()),
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
