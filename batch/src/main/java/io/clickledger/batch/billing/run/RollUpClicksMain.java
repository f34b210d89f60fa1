package io.clickledger.batch.billing.run;

import io.clickledger.batch.BatchSettings;
import io.clickledger.lake.LakeSession;
import io.clickledger.lake.publish.Publications;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import io.clickledger.programs.TryLaterException;
import java.time.Clock;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Program: {@link RollUpClicksJob}. {@link ExitCode#DONE} where the date is published, now or
 * before.
 */
@Command(
    name = "roll-up-clicks",
    description = "Make a UTC day final, and add late clicks to days that are final.")
public final class RollUpClicksMain extends JobMain<BatchSettings> {
  @Mixin private BillingRunArguments arguments;

  RollUpClicksMain() {
    super(BatchSettings.class, BatchSettings.DEFAULTS);
  }

  public static void main(String[] args) {
    JobMain.exit(new RollUpClicksMain(), args);
  }

  @Override
  protected int run(BatchSettings settings) {
    BillingRunOptions options = arguments.options();
    try (SparkSession spark = LakeSession.open("roll-up-clicks", settings.lake())) {
      RollUpClicksJob job = new RollUpClicksJob(spark, settings, Clock.systemUTC(), out()::println);
      out().println(job.run(options));
    } catch (Publications.StalePublicationException e) {
      throw new TryLaterException(e.getMessage(), e);
    }
    return ExitCode.DONE;
  }
}
