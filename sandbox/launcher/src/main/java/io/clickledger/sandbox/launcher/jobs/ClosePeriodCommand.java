package io.clickledger.sandbox.launcher.jobs;

import picocli.CommandLine.Command;

/** Closes billing periods. The job refuses where a month is not over. */
@Command(
    name = "close-period",
    description = "Close the billing periods of a month: what is found later becomes adjustments.")
public final class ClosePeriodCommand extends JobCommand {
  ClosePeriodCommand() {
    super("close-period", "batch", "postgres");
  }
}
