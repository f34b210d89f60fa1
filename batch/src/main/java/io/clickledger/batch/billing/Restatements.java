package io.clickledger.batch.billing;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.sum;

import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.schemas.BillingRestatements;
import io.clickledger.spark.Measures;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The days that a run restates: by how much they changed, as {@link Differences} between what is
 * published and what the run computed, and whether there is a reason for it.
 */
public final class Restatements {
  private Restatements() {}

  /**
   * Sums the changes of each day.
   *
   * @param changes differences between the days as published and as computed
   * @param days every day that is restated
   * @param revisions what each day's revision becomes
   * @param lateClicks how many clicks of a day landed since it was published last
   * @param causes why a day may have changed, other than by late clicks
   */
  public static List<Restatement> of(
      Dataset<Row> changes,
      SortedSet<LocalDate> days,
      Map<LocalDate, Integer> revisions,
      Map<LocalDate, Long> lateClicks,
      Function<LocalDate, SortedSet<Restatement.Cause>> causes) {
    Map<LocalDate, SortedMap<String, Long>> clicks = new HashMap<>();
    Map<LocalDate, SortedMap<String, Long>> cost = new HashMap<>();
    for (Row row : byDayAndCurrency(changes).collectAsList()) {
      LocalDate day = row.<Date>getAs(BillingRestatements.DAY).toLocalDate();
      SortedMap<String, Long> sums = clicks.computeIfAbsent(day, any -> new TreeMap<>());
      for (String measure : Measures.SUMS) {
        if (measure.equals(BillingRestatements.COST_MICROS)) {
          cost.computeIfAbsent(day, any -> new TreeMap<>())
              .merge(row.getAs(BillingRestatements.CURRENCY), row.getAs(measure), Math::addExact);
        } else {
          sums.merge(measure, row.getAs(measure), Math::addExact);
        }
      }
    }
    List<Restatement> restatements = new ArrayList<>();
    for (LocalDate day : days) {
      long late = lateClicks.getOrDefault(day, 0L);
      SortedSet<Restatement.Cause> why = causes.apply(day);
      if (late > 0) {
        why.add(Restatement.Cause.LATE_CLICKS);
      }
      restatements.add(
          new Restatement(
              day,
              revisions.get(day),
              why,
              late,
              clicks.getOrDefault(day, new TreeMap<>()),
              cost.getOrDefault(day, new TreeMap<>())));
    }
    return restatements;
  }

  private static Dataset<Row> byDayAndCurrency(Dataset<Row> changes) {
    Column[] sums =
        Measures.SUMS.stream().map(measure -> sum(measure).as(measure)).toArray(Column[]::new);
    return changes
        .groupBy(
            col(BillingRestatements.DAY),
            coalesce(col(BillingRestatements.CURRENCY), lit("")).as(BillingRestatements.CURRENCY))
        .agg(sums[0], List.of(sums).subList(1, sums.length).toArray(Column[]::new));
  }

  /** The rows of billing.restatements. */
  public static Dataset<Row> rows(
      Dataset<Row> changes, Collection<Restatement> restatements, String runId) {
    List<Column> revisions = new ArrayList<>();
    List<Column> causes = new ArrayList<>();
    for (Restatement restated : restatements) {
      revisions.add(lit(restated.day()));
      revisions.add(lit(restated.revision()));
      causes.add(lit(restated.day()));
      causes.add(
          array(restated.causes().stream().map(cause -> lit(cause.name())).toArray(Column[]::new)));
    }
    Column day = col(BillingRestatements.DAY);
    return changes
        .withColumn(BillingRestatements.REVISION, map(revisions.toArray(Column[]::new)).apply(day))
        .withColumn(BillingRestatements.RUN_ID, lit(runId))
        .withColumn(BillingRestatements.CAUSES, map(causes.toArray(Column[]::new)).apply(day));
  }

  /**
   * What must hold of every restated day: it grew by the clicks that landed for it since, so it
   * lost none, and something explains its change. A fault names the day.
   */
  public static List<QualityMetric> audit(Collection<Restatement> restatements) {
    List<QualityMetric> metrics = new ArrayList<>();
    for (Restatement restated : restatements) {
      metrics.add(
          metric(
              restated.day() + " grew by its late clicks",
              restated.grossClicks(),
              restated.grossClicks() == restated.lateClicks(),
              "published gross_clicks of %s change by %d, and %d of its clicks landed since: %s"
                  .formatted(
                      restated.day(),
                      restated.grossClicks(),
                      restated.lateClicks(),
                      "raw.clicks no longer has what was published, or has it twice")));
      metrics.add(
          metric(
              restated.day() + " changed for a reason",
              restated.causes().size(),
              !restated.causes().isEmpty(),
              "%s: no click landed since, and rules, metadata and program are as they were"
                  .formatted(restated)));
    }
    return metrics;
  }

  private static QualityMetric metric(String rule, double value, boolean holds, String fault) {
    return new QualityMetric(
        BillingRestatements.TABLE,
        "Restatement",
        rule,
        OptionalDouble.of(value),
        holds ? QualityMetric.Status.SUCCESS : QualityMetric.Status.ERROR,
        holds ? "" : fault);
  }
}
