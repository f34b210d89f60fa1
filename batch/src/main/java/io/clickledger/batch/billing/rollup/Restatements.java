package io.clickledger.batch.billing.rollup;

import static org.apache.spark.sql.functions.array_distinct;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.flatten;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;

import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.BillingRestatements;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
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
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The restated days of a run: how much they changed, and for which causes. The changes are {@link
 * RollupDifferences} of quarter hours, so that a day is restated if and only if it has some.
 */
public final class Restatements {
  private static final String UNEXPLAINED = "unexplained";

  private Restatements() {}

  /** Differences of quarter hours as changes of days: some are zero in sum. */
  public static Dataset<Row> changesOfDays(Dataset<Row> differences) {
    Column[] sums = sums();
    return differences
        .groupBy(
            Stream.concat(
                    Stream.of(
                        UtcDays.of(BillingClicksByQuarterHour.QUARTER_HOUR)
                            .as(BillingRestatements.DAY)),
                    ClickDimensions.ALL.stream().map(functions::col))
                .toArray(Column[]::new))
        .agg(sums[0], List.of(sums).subList(1, sums.length).toArray(Column[]::new));
  }

  /**
   * Sums the changes of each day.
   *
   * @param explained changes of days with their causes
   * @param days every day that is restated
   * @param revisions what each day's revision becomes
   * @param lateClicks how many clicks of a day landed since it was published last
   */
  public static List<Restatement> of(
      Dataset<Row> explained,
      SortedSet<LocalDate> days,
      Map<LocalDate, Integer> revisions,
      Map<LocalDate, Long> lateClicks) {
    Map<LocalDate, Sums> sums = new HashMap<>();
    days.forEach(day -> sums.put(day, new Sums()));
    for (Row row : byDayAndCurrency(explained).collectAsList()) {
      sums.get(row.<Date>getAs(BillingRestatements.DAY).toLocalDate()).add(row);
    }
    return days.stream()
        .map(
            day ->
                new Restatement(
                    day,
                    revisions.get(day),
                    sums.get(day).causes,
                    sums.get(day).unexplained,
                    lateClicks.getOrDefault(day, 0L),
                    sums.get(day).clicks,
                    sums.get(day).costMicros))
        .toList();
  }

  /** The changes of one day. */
  private static final class Sums {
    private final SortedSet<Restatement.Cause> causes = new TreeSet<>();
    private final SortedMap<String, Long> clicks = new TreeMap<>();
    private final SortedMap<String, Long> costMicros = new TreeMap<>();
    private long unexplained;

    void add(Row row) {
      row.<String>getList(row.fieldIndex(BillingRestatements.CAUSES))
          .forEach(cause -> causes.add(Restatement.Cause.valueOf(cause)));
      unexplained += row.<Long>getAs(UNEXPLAINED);
      for (String measure : ClickMeasures.SUMS) {
        boolean isCost = measure.equals(ClickMeasures.COST_MICROS);
        (isCost ? costMicros : clicks)
            .merge(
                isCost ? row.getAs(ClickDimensions.CURRENCY) : measure,
                row.getAs(measure),
                Math::addExact);
      }
    }
  }

  private static Dataset<Row> byDayAndCurrency(Dataset<Row> explained) {
    Column causes = col(BillingRestatements.CAUSES);
    return explained
        .groupBy(
            col(BillingRestatements.DAY),
            coalesce(col(ClickDimensions.CURRENCY), lit("")).as(ClickDimensions.CURRENCY))
        .agg(
            array_distinct(flatten(collect_set(causes))).as(BillingRestatements.CAUSES),
            Stream.concat(
                    Stream.of(count_if(size(causes).equalTo(0)).as(UNEXPLAINED)), Stream.of(sums()))
                .toArray(Column[]::new));
  }

  private static Column[] sums() {
    return ClickMeasures.SUMS.stream()
        .map(measure -> sum(measure).as(measure))
        .toArray(Column[]::new);
  }

  /** The rows of billing.restatements. */
  public static Dataset<Row> rows(
      Dataset<Row> explained, Map<LocalDate, Integer> revisions, String runId) {
    return explained
        .withColumn(
            BillingRestatements.REVISION, UtcDays.lookUp(revisions, col(BillingRestatements.DAY)))
        .withColumn(BillingRestatements.RUN_ID, lit(runId));
  }

  /**
   * The checks of every restated day: it grew by exactly the clicks that landed for it since, and
   * each change of a grain has a cause. A fault names the day.
   */
  public static List<QualityMetric> check(Collection<Restatement> restatements) {
    List<QualityMetric> metrics = new ArrayList<>();
    for (Restatement restated : restatements) {
      metrics.add(
          metric(
              restated.day() + " grew by its late clicks",
              restated.grossClicks(),
              restated.grossClicks() == restated.lateClicks(),
              "published gross_clicks of %s change by %d, and %d of its clicks landed since: raw.clicks no longer has what was published, or has it twice"
                  .formatted(restated.day(), restated.grossClicks(), restated.lateClicks())));
      metrics.add(
          metric(
              restated.day() + " changed for a reason",
              restated.unexplained(),
              restated.unexplained() == 0,
              "%d grains changed of %s: of their ads and publishers no click landed since, and their histories, the rules, settings and program are as they were"
                  .formatted(restated.unexplained(), restated)));
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
