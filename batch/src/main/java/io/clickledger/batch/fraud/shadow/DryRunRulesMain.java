package io.clickledger.batch.fraud.shadow;

import io.clickledger.batch.BatchSettings;
import io.clickledger.lake.LakeSession;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import io.clickledger.programs.WrongUsageException;
import java.time.LocalDate;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Program: {@link DryRunRulesJob}. */
@Command(
    name = "dry-run-rules",
    description =
        "Print what rules and a model in shadow would have changed on final days, as CSV:"
            + " valid clicks that would be invalid, and their cost. * stands for all.")
public final class DryRunRulesMain extends JobMain<BatchSettings> {
  private static final int MAX_ROWS = 100_000;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "YYYY-MM-DD",
      description = "First UTC day; it must be final.")
  private LocalDate from;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "YYYY-MM-DD",
      description = "Day after the last one.")
  private LocalDate to;

  @Option(
      names = "--limit",
      defaultValue = "1000",
      paramLabel = "ROWS",
      description =
          "How many advertisers and publishers to print at most, those with the most money first;"
              + " the totals are of all (default: ${DEFAULT-VALUE}).")
  private int limit;

  DryRunRulesMain() {
    super(BatchSettings.class, BatchSettings.DEFAULTS);
  }

  public static void main(String[] args) {
    JobMain.exit(new DryRunRulesMain(), args);
  }

  @Override
  protected int run(BatchSettings settings) {
    if (!from.isBefore(to)) {
      throw new WrongUsageException("--from must be before --to, was %s, %s".formatted(from, to));
    }
    if (limit < 1 || limit > MAX_ROWS) {
      throw new WrongUsageException("--limit must be 1..%d, was %d".formatted(MAX_ROWS, limit));
    }
    try (SparkSession spark = LakeSession.open("dry-run-rules", settings.lake())) {
      long left = new DryRunRulesJob(spark, out()::println).run(from, to, limit);
      if (left > 0) {
        System.err.printf("%d more rows were left out: see --limit%n", left);
      }
    }
    return ExitCode.DONE;
  }
}
