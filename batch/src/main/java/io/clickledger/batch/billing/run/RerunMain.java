package io.clickledger.batch.billing.run;

import io.clickledger.batch.BatchMain;
import io.clickledger.batch.BatchSettings;
import io.clickledger.lake.LakeSession;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Program: {@link RerunJob}. {@link ExitCode#REFUSED} where rows differ. */
@Command(
    name = "rerun",
    description = {
      "Compute a published billing run again, from what it read, and compare every row with what it"
          + " published. Publishes nothing.",
      "Clicks that raw.clicks has lost since, by retention, are missing in it."
    })
public final class RerunMain extends BatchMain {
  @Option(
      names = "--run-id",
      required = true,
      paramLabel = "ID",
      description = "The run_id in billing.publications.")
  private String runId;

  public static void main(String[] args) {
    JobMain.exit(new RerunMain(), args);
  }

  @Override
  protected Outcome work(BatchSettings settings) {
    List<String> differences;
    try (SparkSession spark = LakeSession.open("rerun", settings.lake())) {
      differences = new RerunJob(spark, settings, out()::println).run(runId);
    }
    differences.forEach(difference -> System.err.println("DIFFERENT: " + difference));
    return Outcome.found(
        differences.isEmpty(),
        differences.isEmpty()
            ? "run %s, computed again, has the rows that it published".formatted(runId)
            : "run %s, computed again, has other rows than it published".formatted(runId));
  }
}
