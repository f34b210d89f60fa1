package io.clickledger.batch.billing.rollup;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;

import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.RawClicksFilter;
import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.lake.publish.Publication;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.rules.pricing.VersionDirectory;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.RawClicks;
import io.clickledger.spark.Duplicates;
import io.clickledger.spark.Judgements;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * The step RollUpClicks of a billing run: writes days that are new or changed, as quarter hours and
 * days, to the run's branch, and the changes of those that were final before.
 */
public final class RollUpStep {
  /** The columns of raw.clicks that the rollups need. */
  private static final String[] COLUMNS = {
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
  private final BillingRunInputs inputs;
  private final BillingRunBranch branch;
  private final Optional<Publication> previous;
  private final String runId;

  public RollUpStep(
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
   * What the step wrote to the branch.
   *
   * @param changed days that are new or differ from what is published
   * @param restatements of those that were final before
   */
  public record Result(SortedSet<LocalDate> changed, List<Restatement> restatements) {}

  /**
   * Computes the days of the run, compares those that were final before with what is published, and
   * writes to the branch what is new or changed, with the changes of days that were final before. A
   * day that came out as it is published keeps its rows, run_id and revision included.
   *
   * @param lateClicks how many clicks of each day landed since the publication before
   */
  public Result run(BillingRunDays runDays, SortedMap<LocalDate, Long> lateClicks) {
    Map<LocalDate, PublishedDay> published = published(runDays);
    SortedMap<LocalDate, Integer> revisions = revisions(runDays, published);
    SortedSet<LocalDate> wereFinal =
        runDays.days().stream()
            .filter(runDays::wasFinal)
            .collect(Collectors.toCollection(TreeSet::new));
    // Compared and written without computing them twice.
    Dataset<Row> quarterHours =
        computeQuarterHours(runDays).persist(StorageLevel.MEMORY_AND_DISK());
    Dataset<Row> changes =
        Restatements.changesOfDays(
                RollupDifferences.ofSums(
                    branch.publishedQuarterHours(wereFinal),
                    of(wereFinal, quarterHours),
                    BillingClicksByQuarterHour.QUARTER_HOUR))
            .cache();
    try {
      SortedSet<LocalDate> restated = daysOf(changes);
      SortedSet<LocalDate> changed = new TreeSet<>(runDays.days());
      changed.removeAll(wereFinal);
      changed.addAll(restated);
      branch.replaceQuarterHours(
          changed,
          of(changed, quarterHours)
              .transform(
                  Rollups.withRunAndRevision(
                      runId, UtcDays.of(BillingClicksByQuarterHour.QUARTER_HOUR), revisions)));
      branch.replaceDays(
          changed,
          Rollups.days(branch.quarterHours(changed))
              .transform(
                  Rollups.withRunAndRevision(runId, col(BillingClicksByDay.DAY), revisions)));
      return new Result(changed, restate(changes, restated, revisions, lateClicks, published));
    } finally {
      changes.unpersist();
      quarterHours.unpersist();
    }
  }

  /**
   * The quarter hours of the run's days, without revision and run_id: clicks without duplicates,
   * judged by the histories and the rules, and summed.
   */
  private Dataset<Row> computeQuarterHours(BillingRunDays runDays) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<VersionDirectory<AdVersion>> ads = context.broadcast(inputs.ads());
    Broadcast<VersionDirectory<PublisherDomain>> publishers =
        context.broadcast(inputs.publishers());
    Duration horizon = inputs.versions().dedupHorizon();
    Dataset<Row> raw = inputs.raw().rows();
    Dataset<Row> around =
        raw.where(RawClicksFilter.around(runDays.days(), horizon))
            .selectExpr(Duplicates.COLUMNS.toArray(String[]::new));
    return raw.where(RawClicksFilter.of(runDays.days()))
        .selectExpr(COLUMNS)
        .unionByName(around, true)
        .transform(Duplicates.mark(horizon))
        .where(RawClicksFilter.of(runDays.days()))
        .transform(marked -> Judgements.judge(marked, ads, publishers, inputs.rules()))
        .transform(Rollups::quarterHours);
  }

  private static Dataset<Row> of(SortedSet<LocalDate> days, Dataset<Row> quarterHours) {
    return quarterHours.where(UtcDays.contain(days, BillingClicksByQuarterHour.QUARTER_HOUR));
  }

  private static SortedSet<LocalDate> daysOf(Dataset<Row> changes) {
    SortedSet<LocalDate> days = new TreeSet<>();
    changes
        .select(BillingClicksByDay.DAY)
        .distinct()
        .collectAsList()
        .forEach(row -> days.add(row.getDate(0).toLocalDate()));
    return days;
  }

  /** Which revision of a day is published, and which run computed it. */
  private record PublishedDay(int revision, String runId) {}

  private Map<LocalDate, PublishedDay> published(BillingRunDays runDays) {
    Map<LocalDate, PublishedDay> published = new HashMap<>();
    branch
        .publishedQuarterHours(runDays.days())
        .groupBy(UtcDays.of(BillingClicksByQuarterHour.QUARTER_HOUR))
        .agg(max(BillingClicksByQuarterHour.REVISION), max(BillingClicksByQuarterHour.RUN_ID))
        .collectAsList()
        .forEach(
            row ->
                published.put(
                    row.getDate(0).toLocalDate(),
                    new PublishedDay(row.getInt(1), row.getString(2))));
    return published;
  }

  /** What each day's revision becomes if it changes: 0 as first published, then one more each. */
  private static SortedMap<LocalDate, Integer> revisions(
      BillingRunDays runDays, Map<LocalDate, PublishedDay> published) {
    SortedMap<LocalDate, Integer> revisions = new TreeMap<>();
    for (LocalDate day : runDays.days()) {
      int before = published.containsKey(day) ? published.get(day).revision() : 0;
      revisions.put(day, runDays.wasFinal(day) ? before + 1 : 0);
    }
    return revisions;
  }

  /** Writes the restatements of days that were final before. */
  private List<Restatement> restate(
      Dataset<Row> changes,
      SortedSet<LocalDate> restated,
      Map<LocalDate, Integer> revisions,
      Map<LocalDate, Long> lateClicks,
      Map<LocalDate, PublishedDay> published) {
    if (restated.isEmpty()) {
      return List.of();
    }
    Publication last = previous.orElseThrow();
    // A day without clicks has no rows that name its run; the last run is the latest that may have
    // computed it.
    Map<LocalDate, String> runs = new HashMap<>();
    restated.forEach(
        day ->
            runs.put(day, published.containsKey(day) ? published.get(day).runId() : last.runId()));
    Map<String, BillingRunRecord.Earlier> records = BillingRunRecord.read(spark, runs.values());
    Map<LocalDate, BillingRunRecord.Versions> earlier = new HashMap<>();
    runs.forEach((day, run) -> earlier.put(day, records.get(run).versions()));
    Dataset<Row> explained =
        RestatementCauses.between(spark, inputs, earlier, inputs.raw().lateGrains(last))
            .explain(changes);
    branch.appendRestatements(Restatements.rows(explained, revisions, runId));
    return Restatements.of(explained, restated, revisions, lateClicks);
  }
}
