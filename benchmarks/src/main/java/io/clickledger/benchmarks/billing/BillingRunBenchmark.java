package io.clickledger.benchmarks.billing;

import io.clickledger.benchmarks.driver.RunOptions;
import io.clickledger.sandbox.driver.DriverParts;
import io.clickledger.sandbox.driver.IcebergLake;
import io.clickledger.sandbox.parts.process.Folders;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.RawClicks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.util.DateTimeUtil;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long a billing run takes for so many clicks, and what the time goes to. */
@Command(
    name = "billing-run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures the steps of a billing run over a simulated day.")
public final class BillingRunBenchmark implements Callable<Integer> {
  @Option(
      names = "--clicks",
      defaultValue = "1000000",
      description = "Records of the day (${DEFAULT-VALUE}).")
  private int clicks;

  @Option(
      names = "--index-days",
      defaultValue = "0",
      paramLabel = "DAYS",
      description =
          "Days before it that are published, each as large as it: their click_ids and rollups.")
  private int indexDays;

  @Option(
      names = "--late-share",
      defaultValue = "0.01",
      description = "Share of the records that are late clicks of those days (${DEFAULT-VALUE}).")
  private double lateShare;

  @Option(
      names = "--landing",
      defaultValue = "PT10S",
      description = "How far apart landings are (${DEFAULT-VALUE}).")
  private Duration landing;

  @Option(
      names = "--no-live",
      description = "Leaves live empty: filling is faster, and the run compares with nothing.")
  private boolean noLive;

  @Option(
      names = "--compare",
      paramLabel = "CLICKS",
      description = {
        "Also measures a day of so few clicks, and the day without earlier ones,",
        "and prints the ratios of the costs of a click."
      })
  private Optional<Integer> compared = Optional.empty();

  @Option(names = "--duckdb", description = "Also makes the same rollup with DuckDB.")
  private boolean duckDb;

  @Option(
      names = "--documents",
      description = "Also makes the invoices of the month, and explains the line of most clicks.")
  private boolean documents;

  @Option(
      names = "--runs",
      defaultValue = "1",
      description = "How often, each time on the same lake (${DEFAULT-VALUE}); 0 only fills it.")
  private int runs;

  @Mixin private RunOptions options;

  public static void main(String[] args) {
    System.exit(new CommandLine(new BillingRunBenchmark()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    BillingRunLoad load =
        new BillingRunLoad(clicks, indexDays, lateShare, landing, options.seed(), !noLive);
    options.inFolder(
        "billing-run",
        folder -> {
          if (compared.isPresent()) {
            BillingRunMeasurement.Cost few =
                measure(folder, load.alone().withClicks(compared.get()));
            BillingRunMeasurement.Cost alone = measure(folder, load.alone());
            printRatio("%,d clicks against %,d".formatted(clicks, compared.get()), few, alone);
            if (indexDays > 0) {
              printRatio(
                  "with %d earlier days and late clicks against without".formatted(indexDays),
                  alone,
                  measure(folder, load));
            }
          } else {
            measure(folder, load);
          }
        });
    return 0;
  }

  private static void printRatio(
      String what, BillingRunMeasurement.Cost base, BillingRunMeasurement.Cost compared) {
    System.out.printf(
        "%ncost of a click, %s: %.2f times the CPU, %.2f times the seconds%n",
        what,
        compared.cpuMicrosPerClick() / base.cpuMicrosPerClick(),
        compared.microsPerClick() / base.microsPerClick());
  }

  /** The cheapest of the runs. */
  private BillingRunMeasurement.Cost measure(Path all, BillingRunLoad load) throws Exception {
    Path folder =
        Files.createDirectories(
            all.resolve(
                "clicks-%d-days-%d-late-%s-%s"
                    .formatted(
                        load.clicks(),
                        load.earlierDays(),
                        load.lateShare(),
                        load.live() ? "live" : "only")));
    // The first minutes after midnight belong to the traffic too.
    LocalDate yesterday =
        LocalDate.ofInstant(Instant.now().minus(Duration.ofHours(1)), ZoneOffset.UTC).minusDays(1);
    FilledLake lake = new FilledLake(folder, load, options, yesterday);
    BillingRunMeasurement.Cost least = null;
    for (int i = 0; i < runs; i++) {
      BillingRunMeasurement.Cost cost = run(folder, load, lake);
      least = least == null || cost.cpuSeconds() < least.cpuSeconds() ? cost : least;
    }
    return least;
  }

  private BillingRunMeasurement.Cost run(Path folder, BillingRunLoad load, FilledLake filled)
      throws Exception {
    Path used = folder.resolve("topic-in-use");
    Folders.delete(used);
    DriverParts.copy(filled.topic(), used);
    try (DriverParts parts = new DriverParts(folder, used, options.metadata())) {
      parts.fullLake();
      BillingRunMeasurement run =
          BillingRunMeasurement.of(parts, options, folder.resolve("run"), filled.day());
      BillingRunMeasurement.Cost cost = run.print(load, load.clicks(), options);
      if (documents) {
        new DocumentMeasurement(parts, options, folder, YearMonth.from(filled.day())).print();
      }
      if (duckDb) {
        compareWithDuckDb(parts, filled.day(), cost);
      }
      return cost;
    }
  }

  private void compareWithDuckDb(DriverParts parts, LocalDate day, BillingRunMeasurement.Cost cost)
      throws Exception {
    try (IcebergLake lake = new IcebergLake(parts.catalog())) {
      double seconds =
          new DuckDbRollup(
                  lake.table(FraudClickVerdicts.TABLE),
                  lake.table(RawClicks.TABLE),
                  Expressions.greaterThanOrEqual(
                      FraudClickVerdicts.CLICKED_AT,
                      DateTimeUtil.microsFromInstant(day.atStartOfDay(ZoneOffset.UTC).toInstant())),
                  day)
              .measure();
      System.out.printf(
          "  the step RollUpClicks takes %.1f s, %.2f times as long as DuckDB%n",
          cost.rollUpSeconds(), cost.rollUpSeconds() / seconds);
    }
  }
}
