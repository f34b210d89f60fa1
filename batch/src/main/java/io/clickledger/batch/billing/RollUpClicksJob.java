package io.clickledger.batch.billing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.CatalogDatabase;
import io.clickledger.batch.JobFailedException;
import io.clickledger.batch.quality.GateReport;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.batch.quality.QualityMetrics;
import io.clickledger.lake.LakeSession;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.NightLock;
import io.clickledger.lake.Publication;
import io.clickledger.lake.Publications;
import io.clickledger.metadata.MetadataHistories;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.rules.AdDirectory;
import io.clickledger.rules.FraudRules;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.BillingRuns;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.TableName;
import io.clickledger.settings.SettingsAndArguments;
import io.clickledger.settings.SettingsException;
import io.clickledger.spark.Duplicates;
import io.clickledger.spark.Judgements;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
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
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The night of a date: {@code --settings FILE --date YYYY-MM-DD}. Recomputes the days that are due
 * from raw.clicks, passes them through the gate on a branch, and publishes them as one row of
 * billing.publications. It may be killed at any point and run again; run again without new clicks,
 * it publishes nothing.
 */
public final class RollUpClicksJob {
  private static final String NAME = "RollUpClicks";

  /** The lock under which a night pins its input, computes and publishes. */
  public static final String LOCK = "billing";

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
    RawClicks.USER_HASH,
    RawClicks.LANDED_AT,
    RawClicks.KAFKA_PARTITION,
    RawClicks.KAFKA_OFFSET
  };

  private final SparkSession spark;
  private final BatchSettings settings;
  private final Clock clock;
  private final Gate gate;

  RollUpClicksJob(SparkSession spark, BatchSettings settings, Clock clock, Gate gate) {
    this.spark = spark;
    this.settings = settings;
    this.clock = clock;
    this.gate = gate;
  }

  /** What a night must pass before it is published; takes what {@link RollUpGate#audit} takes. */
  @FunctionalInterface
  interface Gate {
    GateReport audit(Dataset<Row> quarterHours, Dataset<Row> days, Dataset<Row> rawRows);
  }

  /** Exits with 0 when the date is published, now or before; with 1 and one message otherwise. */
  public static void main(String[] args) {
    try {
      SettingsAndArguments<BatchSettings> given = BatchSettings.read(args, System.getenv());
      LocalDate date = date(given.arguments());
      try (SparkSession spark = LakeSession.open("roll-up-clicks", given.settings().lake())) {
        RollUpClicksJob job =
            new RollUpClicksJob(spark, given.settings(), Clock.systemUTC(), RollUpGate::audit);
        System.out.println(job.run(date));
      }
    } catch (JobFailedException | SettingsException | Publications.StalePublicationException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static LocalDate date(List<String> arguments) {
    if (arguments.size() != 2 || !arguments.get(0).equals("--date")) {
      throw new JobFailedException(
          "roll-up-clicks takes --settings FILE --date YYYY-MM-DD, was given " + arguments);
    }
    try {
      return LocalDate.parse(arguments.get(1));
    } catch (DateTimeParseException e) {
      throw new JobFailedException("date must be YYYY-MM-DD, was " + arguments.get(1));
    }
  }

  /** Runs the night of the date under the lock of the billing tables. */
  NightOutcome run(LocalDate date) {
    Instant startedAt = now();
    if (startedAt.isBefore(Night.start(date.plusDays(1)))) {
      throw new JobFailedException(
          "date must be a UTC day that is over, was %s at %s: it ends at %s"
              .formatted(date, startedAt, Night.start(date.plusDays(1))));
    }
    try (NightLock lock =
        NightLock.take(CatalogDatabase.of(settings.lake()), LOCK)
            .orElseThrow(
                () ->
                    new JobFailedException(
                        "another night is running: it holds the lock of the billing tables"))) {
      return run(date, startedAt, lock);
    }
  }

  private NightOutcome run(LocalDate date, Instant startedAt, NightLock lock) {
    String runId = runId(date);
    ReferenceTables reference = ReferenceTables.synchronize(spark, histories());
    Publications publications = new Publications(LakeTables.load(spark, BillingPublications.TABLE));
    Optional<Publication> previous = publications.current();

    RawClicksRead raw = RawClicksRead.pin(spark);
    try (PinnedInputs pinned = PinnedInputs.protect(spark, raw.snapshotId());
        NightBranch branch = NightBranch.open(spark, previous, runId)) {
      // Read after the clicks are pinned: rules only grow, so these know every flag in them.
      FraudRules rules = fraudRules();
      Night night =
          Night.of(
              date,
              previous,
              previous.map(raw::lateDays).orElse(List.of()),
              previous.isPresent() ? date : raw.firstDay().orElse(date));

      SortedMap<LocalDate, Integer> revisions = revisions(night, branch);
      branch.replaceQuarterHours(
          night.days(),
          quarterHours(night, raw, reference.ads(), rules)
              .transform(
                  Rollups.signed(
                      runId, UtcDays.of(BillingClicksByQuarterHour.QUARTER_HOUR), revisions)));

      SortedSet<LocalDate> changed = changedDays(night, branch);
      if (changed.isEmpty()) {
        return new NightOutcome.Unchanged(night.days(), previous.orElseThrow());
      }
      carryUnchanged(night, changed, branch);
      branch.replaceDays(
          changed,
          Rollups.days(branch.quarterHours(changed))
              .transform(Rollups.signed(runId, col(BillingClicksByDay.DAY), revisions)));

      SortedMap<LocalDate, Long> rawRows = raw.countByDay(night.days());
      requirePassed(audit(branch, changed, rawRows), runId);

      lock.requireHeld();
      Map<TableName, Long> heads = branch.fastForward();
      long publicationId = previous.map(p -> p.publicationId() + 1).orElse(1L);
      NightBranch.tag(spark, publicationId, heads);
      record(runId, startedAt, night, raw, reference, rules, rawRows);
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
              changed.stream().filter(night::wasFinal).toList());
      lock.requireHeld();
      publications.append(
          previous.stream().mapToLong(Publication::publicationId).findFirst(), next);
      return new NightOutcome.Published(night.days(), next);
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

  private Dataset<Row> quarterHours(
      Night night, RawClicksRead raw, AdDirectory directory, FraudRules rules) {
    Broadcast<AdDirectory> ads =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(directory);
    Dataset<Row> others =
        raw.rows()
            .where(RawWindow.around(night.days(), settings.billing().duplicateReach()))
            .selectExpr(FirstSights.COLUMNS);
    return raw.rows()
        .where(RawWindow.of(night.days()))
        .selectExpr(INPUT)
        .transform(Duplicates::mark)
        .transform(FirstSights.among(others))
        .transform(marked -> Judgements.judge(marked, ads, rules))
        .transform(Rollups::quarterHours);
  }

  /** What each day's revision becomes if it changes: 0 as first published, then one more each. */
  private static SortedMap<LocalDate, Integer> revisions(Night night, NightBranch branch) {
    Map<LocalDate, Integer> published = new HashMap<>();
    branch
        .publishedQuarterHours(night.days())
        .groupBy(UtcDays.of(BillingClicksByQuarterHour.QUARTER_HOUR))
        .agg(max(BillingClicksByQuarterHour.REVISION))
        .collectAsList()
        .forEach(row -> published.put(row.getDate(0).toLocalDate(), row.getInt(1)));
    SortedMap<LocalDate, Integer> revisions = new TreeMap<>();
    night
        .days()
        .forEach(
            day ->
                revisions.put(day, night.wasFinal(day) ? published.getOrDefault(day, 0) + 1 : 0));
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

  private GateReport audit(
      NightBranch branch, SortedSet<LocalDate> days, SortedMap<LocalDate, Long> rawRows) {
    StructType schema =
        new StructType()
            .add(BillingClicksByDay.DAY, DataTypes.DateType)
            .add(RollUpGate.RAW_ROWS, DataTypes.LongType);
    List<Row> rows = days.stream().map(day -> RowFactory.create(day, rawRows.get(day))).toList();
    return gate.audit(
        branch.quarterHours(days), branch.days(days), spark.createDataFrame(rows, schema));
  }

  private void requirePassed(GateReport report, String runId) {
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

  private void record(
      String runId,
      Instant startedAt,
      Night night,
      RawClicksRead raw,
      ReferenceTables reference,
      FraudRules rules,
      SortedMap<LocalDate, Long> rawRows) {
    String table = BillingRuns.TABLE.toString();
    Map<String, Long> refs = new TreeMap<>();
    reference.snapshotIds().forEach((name, id) -> refs.put(name.toString(), id));
    Row row =
        RowFactory.create(
            runId,
            NAME,
            startedAt,
            now(),
            night.days().toArray(LocalDate[]::new),
            raw.topicId(),
            raw.offsets(),
            raw.landedThrough(),
            raw.snapshotId(),
            refs,
            rules.version(),
            codeVersion(),
            rawRows.values().stream().mapToLong(Long::longValue).sum());
    try {
      spark.createDataFrame(List.of(row), spark.table(table).schema()).writeTo(table).append();
    } catch (NoSuchTableException e) {
      throw new IllegalStateException("table " + table + " is gone", e);
    }
  }

  /** Letters, digits and underscores only: it names a branch. */
  private static String runId(LocalDate date) {
    return date.format(DateTimeFormatter.BASIC_ISO_DATE)
        + "_"
        + UUID.randomUUID().toString().substring(0, 8);
  }

  private static String codeVersion() {
    return Optional.ofNullable(RollUpClicksJob.class.getPackage().getImplementationVersion())
        .orElse("unpackaged");
  }

  /** To the lake's precision. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
