package io.clickledger.batch.billing.run;

import io.clickledger.programs.JobMain;
import io.clickledger.programs.WrongUsageException;
import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Program: a billing run that closes the periods of a month. */
@Command(
    name = "close-period",
    description = {
      "Judge the days of a month again, and close its billing periods: their entries do not change"
          + " any more, later findings become adjustments.",
      "Refuses where a local month is not over and final, or has differences between live and final"
          + " that nobody explained or accepted."
    })
public final class ClosePeriodMain extends BillingRunMain {
  @Option(
      names = "--month",
      required = true,
      paramLabel = "YYYY-MM",
      description = "The month, of the advertisers' local days.")
  private String month;

  @Option(
      names = "--advertiser",
      paramLabel = "ID",
      description = "Close the period of this advertiser only.")
  private Optional<String> advertiser = Optional.empty();

  @Option(
      names = "--accept-unexplained",
      paramLabel = "N",
      description = {
        "Accept that live and final differ by N on days of the month without a known cause; the gate"
            + " prints N.",
        "Needs a reason."
      })
  private long unexplained;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept in billing.runs.")
  private Optional<String> reason = Optional.empty();

  @Option(names = "--dry-run", description = "Print what would change, and publish nothing.")
  private boolean dryRun;

  public static void main(String[] args) {
    JobMain.exit(new ClosePeriodMain(), args);
  }

  @Override
  Function<SparkSession, BillingRunOptions> options() {
    BillingTask task = new BillingTask.ClosePeriod(month(), advertiser);
    return spark -> PublishedDate.options(spark, task, dryRun).accepting(unexplained, reason);
  }

  private YearMonth month() {
    try {
      return YearMonth.parse(month);
    } catch (DateTimeParseException e) {
      throw new WrongUsageException("--month must be a month as YYYY-MM, was " + month);
    }
  }
}
