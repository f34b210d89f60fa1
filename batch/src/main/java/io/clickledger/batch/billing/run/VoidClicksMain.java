package io.clickledger.batch.billing.run;

import io.clickledger.batch.ledger.ClickVoid.NamedClick;
import io.clickledger.programs.JobMain;
import io.clickledger.programs.WrongUsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Program: a billing run that voids clicks. */
@Command(
    name = "void-clicks",
    description = {
      "Void valid clicks of final days: adjustments take back what they cost. Their verdicts stay.",
      "A click that is voided already is left as it is."
    })
public final class VoidClicksMain extends BillingRunMain {
  @Option(
      names = "--click-ids",
      required = true,
      paramLabel = "FILE",
      description = {
        "A file with a click_id on each line;",
        "with click_id,clicked_at where a click_id is of several valid clicks."
      })
  private Path file;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why; kept in billing.voided_clicks.")
  private String reason;

  @Option(
      names = "--by",
      paramLabel = "NAME",
      description = "Who voids them; the user of the program if it is not given.")
  private String by = System.getProperty("user.name");

  @Option(names = "--dry-run", description = "Print what would change, and publish nothing.")
  private boolean dryRun;

  public static void main(String[] args) {
    JobMain.exit(new VoidClicksMain(), args);
  }

  @Override
  Function<SparkSession, BillingRunOptions> options() {
    BillingTask task = new BillingTask.VoidClicks(clicks(), reason, by);
    return spark -> PublishedDate.options(spark, task, dryRun);
  }

  private SortedSet<NamedClick> clicks() {
    try {
      SortedSet<NamedClick> clicks = new TreeSet<>();
      Files.readAllLines(file).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .map(NamedClick::parse)
          .forEach(clicks::add);
      return clicks;
    } catch (IOException e) {
      throw new WrongUsageException("--click-ids must be a file that can be read, was " + file);
    }
  }
}
