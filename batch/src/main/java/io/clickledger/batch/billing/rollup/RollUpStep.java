package io.clickledger.batch.billing.rollup;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.max;

import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.BillingRunInputs;
import io.clickledger.batch.billing.input.InputVersions;
import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.lake.publish.Publication;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.BillingRestatements;
import io.clickledger.spark.KeptRows;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The step RollUpClicks of a billing run: sums judged clicks by quarter hour and day, and writes to
 * the run's branch the days that are new or changed, with the changes of those that were final
 * before.
 */
public final class RollUpStep {
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
   * @param replaced days whose rows are new: they become final, or came out differently
   * @param changed these, and the days that late clicks are added to
   * @param restatements of those that were final before
   */
  public record Result(
      SortedSet<LocalDate> replaced,
      SortedSet<LocalDate> changed,
      List<Restatement> restatements) {}

  /**
   * Sums the clicks. A day that was judged again is compared with what is published and replaced
   * where it differs; if it came out the same, it keeps its rows, run_id and revision included. To
   * other final days the late clicks are added as rows of the next revision.
   *
   * @param judged the clicks of the run's days
   * @param lateClicks how many clicks of each day landed since the publication before
   */
  public Result run(
      BillingRunDays runDays, Dataset<Row> judged, SortedMap<LocalDate, Long> lateClicks) {
    Map<LocalDate, PublishedDay> published = published(runDays);
    SortedMap<LocalDate, Integer> revisions = revisions(runDays, published);
    // Compared and written without summing them twice.
    try (KeptRows summed = KeptRows.of(Rollups.quarterHours(judged));
        KeptRows compared = KeptRows.of(changes(runDays, summed.rows()))) {
      Dataset<Row> quarterHours = summed.rows();
      Dataset<Row> changes = compared.rows();
      SortedSet<LocalDate> restated = daysOf(changes);
      SortedSet<LocalDate> replaced = new TreeSet<>(restated);
      replaced.removeAll(runDays.added());
      replaced.addAll(runDays.newDays());
      branch.replace(
          BillingClicksByQuarterHour.TABLE,
          BillingClicksByQuarterHour.QUARTER_HOUR,
          replaced,
          withRunAndRevision(of(replaced, quarterHours), revisions));
      branch.replaceDays(replaced, withRunAndRevisionOfDays(of(replaced, quarterHours), revisions));
      if (!runDays.added().isEmpty()) {
        Dataset<Row> late = of(runDays.added(), quarterHours);
        branch.append(BillingClicksByQuarterHour.TABLE, withRunAndRevision(late, revisions));
        branch.append(BillingClicksByDay.TABLE, withRunAndRevisionOfDays(late, revisions));
      }
      SortedSet<LocalDate> changed = new TreeSet<>(replaced);
      changed.addAll(restated);
      return new Result(
          replaced, changed, restate(runDays, changes, restated, revisions, lateClicks, published));
    }
  }

  /** How final days change: those judged again by comparison, the others by what is added. */
  private Dataset<Row> changes(BillingRunDays runDays, Dataset<Row> quarterHours) {
    SortedSet<LocalDate> again = runDays.again();
    Dataset<Row> changes =
        Restatements.changesOfDays(
            RollupDifferences.ofSums(
                branch.publishedQuarterHours(again),
                of(again, quarterHours),
                BillingClicksByQuarterHour.QUARTER_HOUR));
    return runDays.added().isEmpty()
        ? changes
        : changes.unionByName(Restatements.changesOfDays(of(runDays.added(), quarterHours)));
  }

  private Dataset<Row> withRunAndRevision(
      Dataset<Row> quarterHours, Map<LocalDate, Integer> revisions) {
    return quarterHours.transform(
        Rollups.withRunAndRevision(
            runId, UtcDays.of(BillingClicksByQuarterHour.QUARTER_HOUR), revisions));
  }

  private Dataset<Row> withRunAndRevisionOfDays(
      Dataset<Row> quarterHours, Map<LocalDate, Integer> revisions) {
    return Rollups.days(quarterHours)
        .transform(Rollups.withRunAndRevision(runId, col(BillingClicksByDay.DAY), revisions));
  }

  private static Dataset<Row> of(SortedSet<LocalDate> days, Dataset<Row> quarterHours) {
    return quarterHours.where(UtcDays.contain(days, BillingClicksByQuarterHour.QUARTER_HOUR));
  }

  private static SortedSet<LocalDate> daysOf(Dataset<Row> changes) {
    SortedSet<LocalDate> days = new TreeSet<>();
    changes
        .select(BillingRestatements.DAY)
        .distinct()
        .collectAsList()
        .forEach(row -> days.add(row.getDate(0).toLocalDate()));
    return days;
  }

  /** Which revision of a day is published, and which runs judged its clicks. */
  private record PublishedDay(int revision, Set<String> runIds) {}

  private Map<LocalDate, PublishedDay> published(BillingRunDays runDays) {
    Map<LocalDate, PublishedDay> published = new HashMap<>();
    branch
        .publishedDays(runDays.days())
        .groupBy(BillingClicksByDay.DAY)
        .agg(
            max(BillingClicksByQuarterHour.REVISION),
            collect_set(BillingClicksByQuarterHour.RUN_ID))
        .collectAsList()
        .forEach(
            row ->
                published.put(
                    row.getDate(0).toLocalDate(),
                    new PublishedDay(row.getInt(1), new HashSet<>(row.getList(2)))));
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
      BillingRunDays runDays,
      Dataset<Row> changes,
      SortedSet<LocalDate> restated,
      Map<LocalDate, Integer> revisions,
      Map<LocalDate, Long> lateClicks,
      Map<LocalDate, PublishedDay> published) {
    if (restated.isEmpty()) {
      return List.of();
    }
    Publication last = previous.orElseThrow();
    // A day without clicks has no rows that name its runs; the last run is the latest that may have
    // computed it.
    Map<LocalDate, Set<String>> runs = new HashMap<>();
    restated.stream()
        .filter(day -> !runDays.added().contains(day))
        .forEach(
            day ->
                runs.put(
                    day,
                    published.containsKey(day)
                        ? published.get(day).runIds()
                        : Set.of(last.runId())));
    Set<String> runIds = new HashSet<>();
    runs.values().forEach(runIds::addAll);
    Map<String, BillingRunRecord.Earlier> records = BillingRunRecord.read(spark, runIds);
    Map<LocalDate, Collection<InputVersions>> earlier = new HashMap<>();
    // What is added to a day is judged by the inputs of now, and changes nothing else.
    runDays.added().forEach(day -> earlier.put(day, List.of()));
    runs.forEach(
        (day, ids) ->
            earlier.put(day, ids.stream().map(run -> records.get(run).versions()).toList()));
    Dataset<Row> explained =
        RestatementCauses.between(spark, inputs, earlier, inputs.raw().lateGrains(last))
            .explain(changes);
    branch.append(BillingRestatements.TABLE, Restatements.rows(explained, revisions, runId));
    return Restatements.of(explained, restated, revisions, lateClicks);
  }
}
