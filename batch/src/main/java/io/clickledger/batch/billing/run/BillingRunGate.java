package io.clickledger.batch.billing.run;

import static org.apache.spark.sql.functions.col;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.RawDay;
import io.clickledger.batch.billing.rollup.Restatements;
import io.clickledger.batch.billing.rollup.RollUpGate;
import io.clickledger.batch.billing.rollup.RollUpStep;
import io.clickledger.batch.fraud.VerdictGate;
import io.clickledger.batch.quality.GateReport;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.batch.quality.QualityMetrics;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The gate of a billing run: it checks the rows that the run would publish, as they are on its
 * branch, appends what it measured to audit.quality_metrics, and stops a run that fails a check.
 */
final class BillingRunGate {
  private final SparkSession spark;
  private final String runId;
  private final BeforeGate beforeGate;
  private final Supplier<Instant> now;
  private final BatchSettings.BehaviourMode mode;

  /** What is done when the steps of a run are done and its gate is not yet asked. */
  @FunctionalInterface
  interface BeforeGate {
    /** Nothing. */
    BeforeGate NOTHING = report -> {};

    /**
     * @param report checks the branch as it is, and records nothing
     */
    void run(Supplier<GateReport> report);
  }

  BillingRunGate(
      SparkSession spark,
      String runId,
      BeforeGate beforeGate,
      Supplier<Instant> now,
      BatchSettings.BehaviourMode mode) {
    this.mode = mode;
    this.spark = spark;
    this.runId = runId;
    this.beforeGate = beforeGate;
    this.now = now;
  }

  /**
   * Checks what the run computed.
   *
   * @param rawDays the clicks of each day that the run must have judged
   * @param ads ref.ads as the run read it
   * @param ofRun checks of the run as a whole
   * @throws RefusedException where a check failed; it names each
   */
  void requirePassed(
      BillingRunBranch branch,
      RollUpStep.Result computed,
      SortedMap<LocalDate, RawDay> rawDays,
      Dataset<Row> ads,
      Supplier<List<QualityMetric>> ofRun) {
    Supplier<GateReport> gate = () -> report(branch, computed, rawDays, ads, ofRun);
    beforeGate.run(gate);
    GateReport report = gate.get();
    QualityMetrics.append(spark, runId, report, now.get());
    if (!report.passed()) {
      throw new RefusedException(
          "the gate stopped the billing run, nothing is published; metrics are in audit.quality_metrics"
              + " under run "
              + runId
              + ":\n  "
              + report.faults().stream()
                  .map(QualityMetric::fault)
                  .collect(Collectors.joining("\n  ")));
    }
  }

  private GateReport report(
      BillingRunBranch branch,
      RollUpStep.Result computed,
      SortedMap<LocalDate, RawDay> rawDays,
      Dataset<Row> ads,
      Supplier<List<QualityMetric>> ofRun) {
    List<QualityMetric> metrics = new ArrayList<>();
    SortedSet<LocalDate> days = computed.changed();
    if (!days.isEmpty()) {
      SortedMap<LocalDate, RawDay> changed = new TreeMap<>(rawDays);
      changed.keySet().retainAll(days);
      // The rows of earlier runs passed their gates, and the run must not have changed them.
      Column isOwn = col(BillingClicksByQuarterHour.RUN_ID).equalTo(runId);
      metrics.addAll(
          RollUpGate.check(
              branch.quarterHours(days).where(isOwn), branch.days(days).where(isOwn), changed));
      metrics.addAll(
          VerdictGate.check(
              branch.verdicts(days).where(isOwn),
              branch.quarterHours(days).where(isOwn),
              changed,
              ads,
              mode));
    }
    metrics.addAll(Restatements.check(computed.restatements()));
    metrics.addAll(ofRun.get());
    return new GateReport(metrics);
  }
}
