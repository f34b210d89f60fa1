package io.clickledger.batch.billing.run;

import io.clickledger.programs.JobMain;
import java.util.function.Function;
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
public final class RollUpClicksMain extends BillingRunMain {
  @Mixin private BillingRunArguments arguments;

  public static void main(String[] args) {
    JobMain.exit(new RollUpClicksMain(), args);
  }

  @Override
  Function<SparkSession, BillingRunOptions> options() {
    BillingRunOptions options = arguments.options();
    return spark -> options;
  }
}
