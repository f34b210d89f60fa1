package io.clickledger.batch.billing.run;

import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publications;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.BillingPublications;
import java.time.LocalDate;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.spark.sql.SparkSession;

/** Options of a billing run that makes no day final: it computes the last final day again. */
final class PublishedDate {
  private PublishedDate() {}

  /**
   * The options of the task.
   *
   * @throws RefusedException where nothing is published yet
   */
  static BillingRunOptions options(SparkSession spark, BillingTask task, boolean dryRun) {
    LocalDate date =
        new Publications(LakeTables.load(spark, BillingPublications.TABLE))
            .current()
            .map(published -> BillingRunDays.day(published.through().minusNanos(1)))
            .orElseThrow(() -> new RefusedException("no day is final yet: run the nightly job"));
    return new BillingRunOptions(date, new TreeSet<>(), 0, 0, Optional.empty(), dryRun, task);
  }
}
