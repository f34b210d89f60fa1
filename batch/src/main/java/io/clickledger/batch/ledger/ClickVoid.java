package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.programs.RefusedException;
import io.clickledger.rules.fraud.Verdict;
import io.clickledger.schemas.BillingVoidedClicks;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.spark.KeptRows;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Records voided clicks on the branch of a run, before the run charges their days again. */
public final class ClickVoid {
  private static final int MAX_NAMED = 10;

  private final SparkSession spark;
  private final BillingRunBranch branch;
  private final String runId;

  public ClickVoid(SparkSession spark, BillingRunBranch branch, String runId) {
    this.spark = spark;
    this.branch = branch;
    this.runId = runId;
  }

  /**
   * Voids clicks that are not voided yet.
   *
   * @return how many
   * @throws RefusedException where one is no valid click of a final day whose ad is known; it names
   *     some
   */
  public long record(Set<String> clickIds, String reason, String by, Instant now) {
    SortedSet<String> missing = new TreeSet<>(clickIds);
    missing.removeAll(ids(named(branch.published(BillingVoidedClicks.TABLE), clickIds)));
    if (missing.isEmpty()) {
      return 0;
    }
    Dataset<Row> valid =
        named(branch.rows(FraudClickVerdicts.TABLE), missing)
            .where(
                col(FraudClickVerdicts.VERDICT)
                    .equalTo(Verdict.VALID.name())
                    .and(col(FraudClickVerdicts.ADVERTISER_ID).isNotNull()));
    long count = missing.size();
    try (KeptRows found = KeptRows.of(valid)) {
      missing.removeAll(ids(found.rows()));
      if (!missing.isEmpty()) {
        throw new RefusedException(
            "%d click_ids are of no valid click of a final day whose ad is known: %s"
                .formatted(missing.size(), missing.stream().limit(MAX_NAMED).toList()));
      }
      branch.append(
          BillingVoidedClicks.TABLE,
          found
              .rows()
              .withColumn(BillingVoidedClicks.REASON, lit(reason))
              .withColumn(BillingVoidedClicks.VOIDED_BY, lit(by))
              .withColumn(BillingVoidedClicks.VOIDED_AT, lit(now))
              .withColumn(BillingVoidedClicks.RUN_ID, lit(runId)));
    }
    return count;
  }

  private Dataset<Row> named(Dataset<Row> rows, Set<String> clickIds) {
    Dataset<Row> ids =
        spark
            .createDataset(List.copyOf(clickIds), Encoders.STRING())
            .toDF(FraudClickVerdicts.CLICK_ID);
    return rows.join(broadcast(ids), new String[] {FraudClickVerdicts.CLICK_ID}, "left_semi");
  }

  private static List<String> ids(Dataset<Row> rows) {
    return rows.select(FraudClickVerdicts.CLICK_ID).as(Encoders.STRING()).collectAsList();
  }
}
