package io.clickledger.batch.fraud;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.BillingRunInputs;
import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.schemas.FraudClickIds;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.RawClicks;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.SortedSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step JudgeClicks of a billing run: marks the duplicates among everything that landed since
 * the run before, judges the clicks of the run's days, and writes marks and verdicts to the run's
 * branch.
 */
public final class JudgeClicksStep {
  private static final Logger LOG = LoggerFactory.getLogger(JudgeClicksStep.class);

  private static final Instant AFTER_ALL_LANDINGS = Instant.parse("9999-01-01T00:00:00Z");

  private final SparkSession spark;
  private final BatchSettings settings;
  private final BillingRunInputs inputs;
  private final BillingRunBranch branch;
  private final Instant landedThrough;
  private final String runId;

  /**
   * @param landedThrough up to which landing the run before read; {@link Instant#EPOCH} for none
   */
  public JudgeClicksStep(
      SparkSession spark,
      BatchSettings settings,
      BillingRunInputs inputs,
      BillingRunBranch branch,
      Instant landedThrough,
      String runId) {
    this.spark = spark;
    this.settings = settings;
    this.inputs = inputs;
    this.branch = branch;
    this.landedThrough = landedThrough;
    this.runId = runId;
  }

  /**
   * Marks duplicates and judges the clicks of the days.
   *
   * @param indexKeptFrom clicks that landed before may be removed from fraud.click_ids
   */
  public JudgedClicks judge(BillingRunDays days, Instant indexKeptFrom) {
    LOG.info("marking the duplicates of what landed after {}", landedThrough);
    markDuplicates(indexKeptFrom);
    return new JudgeClicks(spark, settings, inputs, branch.rows(FraudClickIds.TABLE))
        .judge(days, landedThrough);
  }

  /**
   * Writes verdicts.
   *
   * @param replaced days whose verdicts are replaced
   * @param added days to which the verdicts of late clicks are added
   * @param judgedAt stands in every verdict
   */
  public void write(
      JudgedClicks judged,
      SortedSet<LocalDate> replaced,
      SortedSet<LocalDate> added,
      Instant judgedAt) {
    LOG.info("writing verdicts of {} and, of late clicks, of {}", replaced, added);
    Dataset<Row> verdicts = verdicts(judged.rows(), judgedAt);
    branch.replace(
        FraudClickVerdicts.TABLE,
        FraudClickVerdicts.CLICKED_AT,
        replaced,
        verdicts.where(UtcDays.contain(replaced, FraudClickVerdicts.CLICKED_AT)));
    if (!added.isEmpty()) {
      branch.append(
          FraudClickVerdicts.TABLE,
          verdicts.where(UtcDays.contain(added, FraudClickVerdicts.CLICKED_AT)));
    }
  }

  /**
   * Marks once more what landed up to the run before, in place of the index that the branch has: a
   * run that is computed again finds the marks that it found.
   *
   * @param indexKeptFrom clicks that landed a horizon before are not marked
   */
  public void restoreIndex(Instant indexKeptFrom) {
    branch.deleteBefore(FraudClickIds.TABLE, FraudClickIds.LANDED_AT, AFTER_ALL_LANDINGS);
    Duration horizon = inputs.versions().dedupHorizon();
    Dataset<Row> earlier =
        inputs
            .raw()
            .rows()
            .where(
                col(RawClicks.LANDED_AT)
                    .leq(lit(landedThrough))
                    .and(col(RawClicks.LANDED_AT).geq(lit(indexKeptFrom.minus(horizon)))));
    if (!earlier.isEmpty()) {
      branch.appendInPlace(
          FraudClickIds.TABLE,
          ClickIdIndex.mark(earlier, branch.rows(FraudClickIds.TABLE), horizon));
    }
  }

  private void markDuplicates(Instant indexKeptFrom) {
    Dataset<Row> landed =
        inputs.raw().rows().where(col(RawClicks.LANDED_AT).gt(lit(landedThrough)));
    if (landed.isEmpty()) {
      return;
    }
    branch.deleteBefore(FraudClickIds.TABLE, FraudClickIds.LANDED_AT, indexKeptFrom);
    branch.appendInPlace(
        FraudClickIds.TABLE,
        ClickIdIndex.mark(
            landed, branch.rows(FraudClickIds.TABLE), inputs.versions().dedupHorizon()));
  }

  private Dataset<Row> verdicts(Dataset<Row> judged, Instant judgedAt) {
    return judged
        .withColumn(FraudClickVerdicts.RULES_VERSION, lit(inputs.versions().rules()))
        .withColumn(FraudClickVerdicts.JUDGED_AT, lit(judgedAt))
        .withColumn(FraudClickVerdicts.RUN_ID, lit(runId));
  }
}
