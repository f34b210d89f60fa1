package io.clickledger.sandbox.launcher.jobs;

import picocli.CommandLine.Command;

/** Runs the billing run of one day, which becomes final. */
@Command(name = "nightly", description = "Make a day final: run its nightly jobs.")
public final class NightlyCommand extends JobCommand {
  NightlyCommand() {
    super("roll-up-clicks", "batch", "postgres");
  }
}
