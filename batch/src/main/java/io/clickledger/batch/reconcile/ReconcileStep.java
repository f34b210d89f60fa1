package io.clickledger.batch.reconcile;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.BillingRunInputs;
import io.clickledger.batch.billing.input.InputVersions;
import io.clickledger.batch.billing.input.KnownMetadata;
import io.clickledger.batch.billing.input.PinnedInputs;
import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.schemas.AuditReconciliation;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.spark.KeptRows;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;

/**
 * The step Reconcile of a billing run: compares live with final for the days that become final, and
 * files each difference with its cause in audit.reconciliation.
 */
public final class ReconcileStep {
  /** How much older than a landing the metadata may be by which live counts it. */
  private static final Duration MAX_METADATA_AGE = Duration.ofSeconds(10);

  private final SparkSession spark;
  private final BillingRunInputs inputs;
  private final PinnedInputs pinned;
  private final BatchSettings settings;
  private final Instant now;
  private final String runId;

  /**
   * @param settings among others for how long live keeps a landing; days that reach back further
   *     are not compared
   */
  public ReconcileStep(
      SparkSession spark,
      BillingRunInputs inputs,
      PinnedInputs pinned,
      BatchSettings settings,
      Instant now,
      String runId) {
    this.spark = spark;
    this.inputs = inputs;
    this.pinned = pinned;
    this.settings = settings;
    this.now = now;
    this.runId = runId;
  }

  /**
   * Compares the new days.
   *
   * @param judged the judged clicks of the run
   * @param before what clicks were judged by in the last run that was published before live could
   *     count a click of the new days; empty if there is none, and the metadata store says what was
   *     known then
   */
  public ReconciledDays run(
      BillingRunDays days, Dataset<Row> judged, Optional<InputVersions> before) {
    SortedSet<LocalDate> compared = new TreeSet<>(days.newDays());
    compared.removeIf(day -> !isKept(day, now, settings.upkeep().keepLive()));
    if (compared.isEmpty()) {
      return ReconciledDays.NONE;
    }
    Dataset<Row> clicks = judged.where(UtcDays.contain(compared, RawClicks.CLICKED_AT));
    Dataset<Row> compare =
        reconciliation(compared, knownToLive(clicks, before), otherRules(clicks))
            .differences(
                clicks, pinned.live().where(UtcDays.contain(compared, LiveClicksByMinute.MINUTE)));
    try (KeptRows kept = KeptRows.of(compare)) {
      Dataset<Row> differences = kept.rows();
      List<Row> sums =
          differences
              .groupBy(AuditReconciliation.CAUSE, AuditReconciliation.MEASURE)
              .agg(sum(AuditReconciliation.DIFFERENCE), sum(Reconciliation.MAGNITUDE))
              .collectAsList();
      append(differences);
      return ReconciledDays.of(compared, sums);
    }
  }

  /**
   * Whether live has all clicks of a day still. A click may land an hour before its clicked_at, and
   * live drops whole days of landing.
   */
  static boolean isKept(LocalDate day, Instant now, Duration keepLive) {
    return !BillingRunDays.start(day.minusDays(1)).isBefore(now.minus(keepLive));
  }

  /** Versions under which clicks landed, by which live may have judged otherwise than by flags. */
  private Set<String> otherRules(Dataset<Row> clicks) {
    return clicks
        .where(not(col(RawClicks.RULES_VERSION).equalTo(inputs.versions().rules())))
        .select(RawClicks.RULES_VERSION)
        .distinct()
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .filter(
            version ->
                inputs
                    .formerRules(version)
                    .filter(former -> former.judgesLandedFlagsAs(inputs.rules()))
                    .isEmpty())
        .collect(Collectors.toSet());
  }

  /** What live knew at least, when it counted the first of the clicks. */
  private KnownMetadata knownToLive(Dataset<Row> clicks, Optional<InputVersions> before) {
    return before
        .map(versions -> KnownMetadata.at(spark, versions))
        .orElseGet(
            () ->
                KnownMetadata.recordedBefore(
                    firstLanding(clicks).minus(MAX_METADATA_AGE), settings.metadata()));
  }

  private Instant firstLanding(Dataset<Row> clicks) {
    Timestamp first = clicks.agg(min(RawClicks.LANDED_AT)).first().getAs(0);
    return first == null ? now : first.toInstant();
  }

  private Reconciliation reconciliation(
      SortedSet<LocalDate> days, KnownMetadata known, Set<String> otherRules) {
    Instant start = BillingRunDays.start(days.first());
    Instant end = BillingRunDays.start(days.last().plusDays(1));
    return new Reconciliation(
        pinned.liveLandedThrough(),
        inputs.ads().differences(known.ads(), start, end),
        inputs.publishers().differences(known.publishers(), start, end),
        otherRules);
  }

  private void append(Dataset<Row> differences) {
    String table = AuditReconciliation.TABLE.toString();
    try {
      differences
          .withColumn(AuditReconciliation.RUN_ID, lit(runId))
          .withColumn(AuditReconciliation.RECONCILED_AT, lit(now))
          .selectExpr(spark.table(table).columns())
          .coalesce(1)
          .writeTo(table)
          .append();
    } catch (NoSuchTableException e) {
      throw new IllegalStateException("table " + table + " is gone", e);
    }
  }
}
