package io.clickledger.batch.billing.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.FraudClickIds;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.collection.JavaConverters;

/**
 * The gate of what earlier runs published: on the branch, it is as it was. The other checks
 * therefore read only rows of this run.
 */
final class PublishedRowsGate {
  private static final String DAY = BillingClicksByDay.DAY;

  private PublishedRowsGate() {}

  /**
   * Checks every table of the branch.
   *
   * @param changed days whose rollups the run changed
   * @param landedThrough up to which landing the run before read
   */
  static List<QualityMetric> check(
      BillingRunBranch branch, SortedSet<LocalDate> changed, String runId, Instant landedThrough) {
    List<QualityMetric> metrics = new ArrayList<>();
    for (TableName table : BillingRunBranch.TABLES) {
      Optional<String> fault =
          branch.changeOfPublishedRows(table, own(table, runId, landedThrough));
      metrics.add(
          metric(
              table,
              "rows of earlier runs are as published",
              fault.isPresent() ? 1 : 0,
              fault.orElse("")));
    }
    if (!changed.isEmpty()) {
      metrics.add(revisions(branch, changed, runId));
    }
    return metrics;
  }

  /** The rows of the run have one revision of each day in both tables: a later one than before. */
  private static QualityMetric revisions(
      BillingRunBranch branch, SortedSet<LocalDate> changed, String runId) {
    Column isOwn = col(BillingClicksByQuarterHour.RUN_ID).equalTo(runId);
    String revision = BillingClicksByQuarterHour.REVISION;
    Dataset<Row> own =
        branch
            .quarterHours(changed)
            .where(isOwn)
            .select(UtcDays.of(BillingClicksByQuarterHour.QUARTER_HOUR).as(DAY), col(revision))
            .union(branch.days(changed).where(isOwn).select(DAY, revision))
            .groupBy(DAY)
            .agg(min(revision).as("least"), max(revision).as("greatest"));
    Dataset<Row> published =
        branch.publishedDays(changed).groupBy(DAY).agg(max(revision).as("published"));
    List<Row> wrong =
        own.join(published, JavaConverters.asScalaBuffer(List.of(DAY)).toSeq(), "left")
            .where(
                col("least")
                    .lt(col("greatest"))
                    .or(coalesce(col("least").leq(col("published")), lit(false))))
            .collectAsList();
    return metric(
        BillingClicksByDay.TABLE,
        "a change of a day is a later revision",
        wrong.size(),
        "days with the least and greatest revision of the run, and the published one: " + wrong);
  }

  /** The index of click_ids has no runs: each run adds what landed since the one before. */
  private static Column own(TableName table, String runId, Instant landedThrough) {
    return table.equals(FraudClickIds.TABLE)
        ? col(FraudClickIds.LANDED_AT).gt(lit(landedThrough))
        : col(BillingClicksByQuarterHour.RUN_ID).equalTo(runId);
  }

  private static QualityMetric metric(TableName table, String rule, long wrong, String fault) {
    return QualityMetric.ofFaults(table, "Published rows", rule, wrong, fault);
  }
}
