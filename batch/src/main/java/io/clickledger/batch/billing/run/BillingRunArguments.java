package io.clickledger.batch.billing.run;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** Options of a billing run, as they are given. */
final class BillingRunArguments {
  @Option(
      names = "--date",
      required = true,
      paramLabel = "YYYY-MM-DD",
      description = "The UTC day that becomes final.")
  private LocalDate date;

  @Option(
      names = "--close-days",
      paramLabel = "YYYY-MM-DD",
      split = ",",
      description = {
        "Close these days as they are published, because raw.clicks has lost clicks of them.",
        "Needs a reason."
      })
  private List<LocalDate> closeDays = List.of();

  @Option(
      names = "--accept-missing",
      paramLabel = "N",
      description = "Accept that N clicks landed and are gone; the gate prints N. Needs a reason.")
  private long missingClicks;

  @Option(
      names = "--accept-unexplained",
      paramLabel = "N",
      description = {
        "Accept that live and final differ by N without a known cause; the gate prints N.",
        "Needs a reason."
      })
  private long unexplained;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept in billing.runs.")
  private Optional<String> reason = Optional.empty();

  @Option(names = "--dry-run", description = "Print what would change, and publish nothing.")
  private boolean dryRun;

  BillingRunOptions options() {
    return new BillingRunOptions(
        date, new TreeSet<>(closeDays), missingClicks, unexplained, reason, dryRun);
  }
}
