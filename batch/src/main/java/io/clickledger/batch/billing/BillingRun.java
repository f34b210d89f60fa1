package io.clickledger.batch.billing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.JobFailedException;
import io.clickledger.batch.quality.GateReport;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.batch.quality.QualityMetrics;
import io.clickledger.lake.ClosedDays;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.NightLock;
import io.clickledger.lake.Publication;
import io.clickledger.lake.Publications;
import io.clickledger.metadata.MetadataHistories;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.rules.AdVersion;
import io.clickledger.rules.FraudRules;
import io.clickledger.rules.PublisherDomain;
import io.clickledger.rules.VersionDirectory;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.TableName;
import io.clickledger.spark.Duplicates;
import io.clickledger.spark.Judgements;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
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

  /** What of raw.clicks the rollups need. */
  private static final String[] INPUT = {
    RawClicks.CLICK_ID,
    RawClicks.CLICKED_AT,
    RawClicks.AD_ID,
    RawClicks.PUBLISHER_ID,
    RawClicks.CAMPAIGN_ID,
    RawClicks.GEO_COUNTRY,
    RawClicks.DEVICE_TYPE,
    RawClicks.FRAUD_FLAGS,
    RawClicks.PAGE_HOST,
    RawClicks.USER_HASH,
    RawClicks.LANDED_AT,
    RawClicks.KAFKA_PARTITION,
    RawClicks.KAFKA_OFFSET
  };

  private final SparkSession spark;
  private final BatchSettings settings;
  private final Clock clock;
  private final Gate gate;
  private final NightLock lock;
  private final NightOptions options;
  private final Instant startedAt;
  private final String runId;
  private final Publications publications;
  private final Optional<Publication> previous;
  private final ClosedDays closed;

  /** What the rows of a run must pass; takes what {@link RollUpGate#audit} takes. */
  @FunctionalInterface
  interface Gate {
    List<QualityMetric> audit(Dataset<Row> quarterHours, Dataset<Row> days, Dataset<Row> rawRows);
  }

  /**
   * @param lock of the billing tables; stays the caller's
   * @param startedAt to the lake's precision
   */
  BillingRun(
      SparkSession spark,
      BatchSettings settings,
      Clock clock,
      Gate gate,
      NightLock lock,
      NightOptions options,
      Instant startedAt) {
    this.spark = spark;
    this.settings = settings;
    this.clock = clock;
    this.gate = gate;
    this.lock = lock;
    this.options = options;
    this.startedAt = startedAt;
    this.runId = runId(options.date());
    this.publications = new Publications(LakeTables.load(spark, BillingPublications.TABLE));
    this.previous = publications.current();
    this.closed = previous.map(Publication::closed).orElse(ClosedDays.NONE);
  }

  /** Computes, passes the gate and publishes; or finds that nothing changed. */
  NightOutcome run() {
    requireOpen(options.date());
    requireFinal(options.closeDays());
    ReferenceTables reference = ReferenceTables.synchronize(spark, histories());
    RawClicksRead raw = RawClicksRead.pin(spark);
    try (PinnedInputs pinned = PinnedInputs.protect(spark, raw.snapshotId());
        NightBranch branch = NightBranch.open(spark, previous, runId)) {
      // Read after the clicks are pinned: rules only grow, so these know every flag in them.
      FraudRules rules = fraudRules();
      RunRecord.Versions versions =
          new RunRecord.Versions(rules.version(), reference.snapshotIds(), codeVersion());
      SortedMap<LocalDate, Long> lateClicks = previous.map(raw::lateClicks).orElseGet(TreeMap::new);
      ClosedDays stayClosed = closed.with(closed.before(), options.closeDays());
      Night night = night(raw, lateClicks, stayClosed);

      Map<LocalDate, Published> published = published(night, branch);
      SortedMap<LocalDate, Integer> revisions = revisions(night, published);
      branch.replaceQuarterHours(
          night.days(),
          quarterHours(night, raw, reference, rules)
              .transform(
                  Rollups.signed(
                      runId, UtcDays.of(BillingClicksByQuarterHour.QUARTER_HOUR), revisions)));
      SortedSet<LocalDate> changed = changedDays(night, branch);
      if (changed.isEmpty() && options.closeDays().isEmpty()) {
        return new NightOutcome.Unchanged(night.days(), previous.orElseThrow());
      }
      carryUnchanged(night, changed, branch);
      branch.replaceDays(
          changed,
          Rollups.days(branch.quarterHours(changed))
              .transform(Rollups.signed(runId, col(BillingClicksByDay.DAY), revisions)));
      List<Restatement> restatements =
          restate(night, changed, branch, revisions, lateClicks, versions, published);

      SortedMap<LocalDate, Long> rawRows = raw.countByDay(night.days());
      ClickBalance balance = balance(raw, night, branch, lateClicks, stayClosed);
      requirePassed(audit(branch, changed, rawRows, restatements, balance));

      lock.requireHeld();
      Map<TableName, Long> heads = branch.fastForward();
      long publicationId = previous.map(p -> p.publicationId() + 1).orElse(1L);
      NightBranch.tag(spark, publicationId, heads);
      new RunRecord(
              runId,
              JOB,
              startedAt,
              now(),
              night.days(),
              raw,
              versions,
              rawRows.values().stream().mapToLong(Long::longValue).sum(),
              balance,
              options.reason())
          .append(spark);
      Publication next =
          new Publication(
              publicationId,
              now(),
              runId,
              night.through(),
              heads,
              pinned.liveSnapshotId(),
              raw.offsets(),
              raw.landedThrough(),
              restatements.stream().map(Restatement::day).toList(),
              stayClosed.with(
                  Night.day(night.through().minus(settings.billing().closeAfter())), List.of()));
      lock.requireHeld();
      publications.append(
          previous.stream().mapToLong(Publication::publicationId).findFirst(), next);
      return new NightOutcome.Published(night.days(), next, restatements);
    }
  }

  private void requireOpen(LocalDate date) {
    if (closed.contains(date)) {
      throw new JobFailedException(
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
              .filter(p -> Night.start(day.plusDays(1)).compareTo(p.through()) <= 0)
              .isPresent();
      if (!isFinal || day.equals(options.date())) {
        throw new JobFailedException(
            "each of close-days must be final already and another day than date, was " + day);
      }
    }
  }

  private Night night(
      RawClicksRead raw, SortedMap<LocalDate, Long> lateClicks, ClosedDays stayClosed) {
    return Night.of(
        options.date(),
        previous,
        lateClicks.keySet().stream().filter(day -> !stayClosed.contains(day)).toList(),
        previous.isPresent() ? options.date() : raw.firstDay().orElse(options.date()));
  }

  private Dataset<Row> quarterHours(
      Night night, RawClicksRead raw, ReferenceTables reference, FraudRules rules) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<VersionDirectory<AdVersion>> ads = context.broadcast(reference.ads());
    Broadcast<VersionDirectory<PublisherDomain>> publishers =
        context.broadcast(reference.publishers());
    Duration horizon = settings.billing().dedupHorizon();
    Dataset<Row> around =
        raw.rows()
            .where(RawWindow.around(night.days(), horizon))
            .selectExpr(Duplicates.COLUMNS.toArray(String[]::new));
    return raw.rows()
        .where(RawWindow.of(night.days()))
        .selectExpr(INPUT)
        .unionByName(around, true)
        .transform(Duplicates.mark(horizon))
        .where(RawWindow.of(night.days()))
        .transform(marked -> Judgements.judge(marked, ads, publishers, rules))
        .transform(Rollups::quarterHours);
  }

  /** Which revision of a day is published, and which run computed it. */
  private record Published(int revision, String runId) {}

  private static Map<LocalDate, Published> published(Night night, NightBranch branch) {
    Map<LocalDate, Published> published = new HashMap<>();
    branch
        .publishedQuarterHours(night.days())
        .groupBy(UtcDays.of(BillingClicksByQuarterHour.QUARTER_HOUR))
        .agg(max(BillingClicksByQuarterHour.REVISION), max(BillingClicksByQuarterHour.RUN_ID))
        .collectAsList()
        .forEach(
            row ->
                published.put(
                    row.getDate(0).toLocalDate(), new Published(row.getInt(1), row.getString(2))));
    return published;
  }

  /** What each day's revision becomes if it changes: 0 as first published, then one more each. */
  private static SortedMap<LocalDate, Integer> revisions(
      Night night, Map<LocalDate, Published> published) {
    SortedMap<LocalDate, Integer> revisions = new TreeMap<>();
    for (LocalDate day : night.days()) {
      int before = published.containsKey(day) ? published.get(day).revision() : 0;
      revisions.put(day, night.wasFinal(day) ? before + 1 : 0);
    }
    return revisions;
  }

  /** The days that are new with this night, and those that differ from what is published. */
  private static SortedSet<LocalDate> changedDays(Night night, NightBranch branch) {
    SortedSet<LocalDate> changed =
        night.days().stream()
            .filter(day -> !night.wasFinal(day))
            .collect(Collectors.toCollection(TreeSet::new));
    Differences.between(
            branch.publishedQuarterHours(night.days()),
            branch.quarterHours(night.days()),
            BillingClicksByQuarterHour.QUARTER_HOUR)
        .select(UtcDays.of(BillingClicksByQuarterHour.QUARTER_HOUR))
        .distinct()
        .collectAsList()
        .forEach(row -> changed.add(row.getDate(0).toLocalDate()));
    return changed;
  }

  /** A day that came out as it is published keeps its rows, run_id and revision included. */
  private static void carryUnchanged(
      Night night, SortedSet<LocalDate> changed, NightBranch branch) {
    SortedSet<LocalDate> unchanged = new TreeSet<>(night.days());
    unchanged.removeAll(changed);
    if (!unchanged.isEmpty()) {
      branch.replaceQuarterHours(unchanged, branch.publishedQuarterHours(unchanged));
    }
  }

  /** Writes down how the days changed that were final before. */
  private List<Restatement> restate(
      Night night,
      SortedSet<LocalDate> changed,
      NightBranch branch,
      Map<LocalDate, Integer> revisions,
      Map<LocalDate, Long> lateClicks,
      RunRecord.Versions versions,
      Map<LocalDate, Published> published) {
    SortedSet<LocalDate> restated =
        changed.stream().filter(night::wasFinal).collect(Collectors.toCollection(TreeSet::new));
    if (restated.isEmpty()) {
      return List.of();
    }
    Dataset<Row> changes =
        Differences.between(
            branch.publishedDays(restated), branch.days(restated), BillingClicksByDay.DAY);
    // A day without clicks has no rows that name a run: it was computed by the last one at most.
    String lastRun = previous.orElseThrow().runId();
    Map<LocalDate, String> runs = new HashMap<>();
    restated.forEach(
        day -> runs.put(day, published.containsKey(day) ? published.get(day).runId() : lastRun));
    Map<String, RunRecord.Earlier> earlier = RunRecord.read(spark, runs.values());
    List<Restatement> restatements =
        Restatements.of(
            changes,
            restated,
            revisions,
            lateClicks,
            day -> versions.changesSince(earlier.get(runs.get(day)).versions()));
    branch.appendRestatements(Restatements.rows(changes, restatements, runId));
    return restatements;
  }

  private ClickBalance balance(
      RawClicksRead raw,
      Night night,
      NightBranch branch,
      SortedMap<LocalDate, Long> lateClicks,
      ClosedDays stayClosed) {
    ClickBalance before =
        previous
            .map(Publication::runId)
            .map(id -> RunRecord.read(spark, List.of(id)).get(id).balance())
            .orElse(ClickBalance.NONE);
    Instant since = previous.map(Publication::landedThrough).orElse(Instant.EPOCH);
    Row gross = branch.allDays().agg(sum(BillingClicksByDay.GROSS_CLICKS)).first();
    long afterClose =
        lateClicks.entrySet().stream()
            .filter(late -> stayClosed.contains(late.getKey()))
            .mapToLong(Map.Entry::getValue)
            .sum();
    return new ClickBalance(
        before.landed() + LandedClicks.between(spark, since, raw.landedThrough()),
        gross.isNullAt(0) ? 0 : gross.getLong(0),
        raw.countFrom(night.through()),
        before.afterClose() + afterClose);
  }

  private GateReport audit(
      NightBranch branch,
      SortedSet<LocalDate> days,
      SortedMap<LocalDate, Long> rawRows,
      List<Restatement> restatements,
      ClickBalance balance) {
    StructType schema =
        new StructType()
            .add(BillingClicksByDay.DAY, DataTypes.DateType)
            .add(RollUpGate.RAW_ROWS, DataTypes.LongType);
    List<Row> rows = days.stream().map(day -> RowFactory.create(day, rawRows.get(day))).toList();
    List<QualityMetric> metrics = new ArrayList<>();
    // A night that only closes days has no rows to audit, and Deequ no metric of none.
    if (!days.isEmpty()) {
      metrics.addAll(
          gate.audit(
              branch.quarterHours(days), branch.days(days), spark.createDataFrame(rows, schema)));
    }
    metrics.addAll(Restatements.audit(restatements));
    metrics.add(balance.audit());
    return new GateReport(metrics);
  }

  private void requirePassed(GateReport report) {
    QualityMetrics.append(spark, runId, report, now());
    if (!report.passed()) {
      throw new JobFailedException(
          "the gate stopped the night, nothing is published; metrics are in audit.quality_metrics"
              + " under run "
              + runId
              + ":\n  "
              + report.faults().stream()
                  .map(QualityMetric::fault)
                  .collect(Collectors.joining("\n  ")));
    }
  }

  private MetadataHistories histories() {
    try (var database = settings.metadata().open()) {
      return new MetadataStore(database).histories();
    }
  }

  private FraudRules fraudRules() {
    try (var database = settings.metadata().open()) {
      return new MetadataStore(database).fraudRules();
    }
  }

  /** Letters, digits and underscores only: it names a branch. */
  private static String runId(LocalDate date) {
    return date.format(DateTimeFormatter.BASIC_ISO_DATE)
        + "_"
        + UUID.randomUUID().toString().substring(0, 8);
  }

  private static String codeVersion() {
    return Optional.ofNullable(BillingRun.class.getPackage().getImplementationVersion())
        .orElse("unpackaged");
  }

  /** To the lake's precision. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
