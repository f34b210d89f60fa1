package io.clickledger.batch.billing.compare;

import io.clickledger.batch.BatchMain;
import io.clickledger.batch.BatchSettings;
import io.clickledger.lake.LakeSession;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publications;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import io.clickledger.schemas.BillingPublications;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Program: {@link RunComparison}. {@link ExitCode#REFUSED} where a difference has no cause. */
@Command(
    name = "compare-runs",
    description =
        "Explain by cause why two published billing runs have other numbers: what they read, and"
            + " clicks and money, the later minus the earlier.")
public final class CompareRunsMain extends BatchMain {
  @Parameters(index = "0", paramLabel = "RUN_ID", description = "A run in billing.publications.")
  private String one;

  @Parameters(index = "1", paramLabel = "RUN_ID", description = "Another one.")
  private String other;

  public static void main(String[] args) {
    JobMain.exit(new CompareRunsMain(), args);
  }

  @Override
  protected Outcome work(BatchSettings settings) {
    RunComparison comparison;
    try (SparkSession spark = LakeSession.open("compare-runs", settings.lake())) {
      Publications publications =
          new Publications(LakeTables.load(spark, BillingPublications.TABLE));
      comparison = RunComparison.of(spark, publications.all(), one, other);
    }
    comparison.lines().forEach(out()::println);
    return Outcome.found(
        comparison.isExplained(),
        comparison.isExplained()
            ? "every difference of the runs has a cause"
            : "the runs differ without a cause");
  }
}
