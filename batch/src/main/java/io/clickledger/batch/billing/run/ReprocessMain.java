package io.clickledger.batch.billing.run;

import io.clickledger.programs.JobMain;
import java.time.LocalDate;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Program: a billing run that judges final days again. */
@Command(
    name = "reprocess",
    description = {
      "Judge final days again in full, by today's metadata and rules, and publish what comes out"
          + " differently. Closed periods get adjustments.",
      "Refuses days that are closed to restatement (billing.close-after)."
    })
public final class ReprocessMain extends BillingRunMain {
  @Option(
      names = "--from",
      required = true,
      paramLabel = "YYYY-MM-DD",
      description = "The first UTC day.")
  private LocalDate from;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "YYYY-MM-DD",
      description = "The day after the last.")
  private LocalDate to;

  @Option(
      names = "--dry-run",
      description = "Print which clicks and how much money would change, and publish nothing.")
  private boolean dryRun;

  public static void main(String[] args) {
    JobMain.exit(new ReprocessMain(), args);
  }

  @Override
  Function<SparkSession, BillingRunOptions> options() {
    BillingTask task = new BillingTask.Reprocess(from, to);
    return spark -> PublishedDate.options(spark, task, dryRun);
  }
}
