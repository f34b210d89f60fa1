package io.clickledger.batch.billing.run;

import io.clickledger.batch.BatchSettings;
import io.clickledger.lake.LakeSession;
import io.clickledger.lake.publish.Publications;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import io.clickledger.programs.TryLaterException;
import java.time.Clock;
import java.time.LocalDate;
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
public final class ReprocessMain extends JobMain<BatchSettings> {
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

  ReprocessMain() {
    super(BatchSettings.class, BatchSettings.DEFAULTS);
  }

  public static void main(String[] args) {
    JobMain.exit(new ReprocessMain(), args);
  }

  @Override
  protected int run(BatchSettings settings) {
    BillingTask task = new BillingTask.Reprocess(from, to);
    try (SparkSession spark = LakeSession.open("reprocess", settings.lake())) {
      RollUpClicksJob job = new RollUpClicksJob(spark, settings, Clock.systemUTC(), out()::println);
      out().println(job.run(PublishedDate.options(spark, task, dryRun)));
    } catch (Publications.StalePublicationException e) {
      throw new TryLaterException(e.getMessage(), e);
    }
    return ExitCode.DONE;
  }
}
