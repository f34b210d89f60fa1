package io.clickledger.batch.billing.rollup;

import static org.apache.spark.sql.functions.col;

import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.InputVersions;
import io.clickledger.batch.billing.input.RawClicksRead;
import io.clickledger.schemas.BillingRuns;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;

/**
 * A row of billing.runs: what a run read, by which versions, and what it counted.
 *
 * @param grossClicks raw rows that were judged
 * @param unexplained by how much live and final differ without a cause, as a person accepted
 * @param reason why a person closed days or accepted something with it
 */
public record BillingRunRecord(
    String runId,
    String job,
    Instant startedAt,
    Instant finishedAt,
    BillingRunDays days,
    RawClicksRead raw,
    InputVersions versions,
    long grossClicks,
    ClickBalance balance,
    long unexplained,
    Optional<String> reason) {

  /** What later runs need to know of an earlier one. */
  public record Earlier(InputVersions versions, ClickBalance balance) {}

  /** Appends the row. */
  public void append(SparkSession spark) {
    String table = BillingRuns.TABLE.toString();
    Row row =
        RowFactory.create(
            runId,
            job,
            startedAt,
            finishedAt,
            days.days().toArray(LocalDate[]::new),
            days.added().toArray(LocalDate[]::new),
            raw.topicId(),
            raw.offsets(),
            raw.landedThrough(),
            raw.snapshotId(),
            new TreeMap<>(versions.refSnapshotIds()),
            versions.rules(),
            versions.dedupHorizon().toSeconds(),
            versions.historyWindow().toSeconds(),
            versions.code(),
            grossClicks,
            balance.landed(),
            balance.published(),
            balance.waiting(),
            balance.afterClose(),
            balance.accepted(),
            unexplained,
            reason.orElse(null),
            versions.model().orElse(null));
    try {
      spark.createDataFrame(List.of(row), spark.table(table).schema()).writeTo(table).append();
    } catch (NoSuchTableException e) {
      throw new IllegalStateException("table " + table + " is gone", e);
    }
  }

  /**
   * These runs, by run_id.
   *
   * @throws IllegalStateException naming those that billing.runs does not have
   */
  public static Map<String, Earlier> read(SparkSession spark, Collection<String> runIds) {
    Map<String, Earlier> runs = new HashMap<>();
    spark
        .table(BillingRuns.TABLE.toString())
        .where(col(BillingRuns.RUN_ID).isInCollection(runIds))
        .collectAsList()
        .forEach(row -> runs.put(row.getAs(BillingRuns.RUN_ID), earlier(row)));
    if (!runs.keySet().containsAll(runIds)) {
      throw new IllegalStateException(
          "%s must have the runs that published days, %s, has of them %s"
              .formatted(BillingRuns.TABLE, new TreeSet<>(runIds), new TreeSet<>(runs.keySet())));
    }
    return runs;
  }

  private static Earlier earlier(Row row) {
    return new Earlier(
        new InputVersions(
            row.getAs(BillingRuns.RULES_VERSION),
            row.getJavaMap(row.fieldIndex(BillingRuns.REF_SNAPSHOT_IDS)),
            Duration.ofSeconds(row.<Long>getAs(BillingRuns.DEDUP_HORIZON_SECONDS)),
            Duration.ofSeconds(row.<Long>getAs(BillingRuns.HISTORY_WINDOW_SECONDS)),
            Optional.ofNullable(row.getAs(BillingRuns.MODEL_VERSION)),
            row.getAs(BillingRuns.CODE_VERSION)),
        new ClickBalance(
            row.getAs(BillingRuns.LANDED_CLICKS),
            row.getAs(BillingRuns.PUBLISHED_CLICKS),
            row.getAs(BillingRuns.WAITING_CLICKS),
            row.getAs(BillingRuns.CLICKS_AFTER_CLOSE),
            row.getAs(BillingRuns.MISSING_CLICKS)));
  }
}
