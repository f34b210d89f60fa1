package io.clickledger.sandbox.launcher.jobs;

import picocli.CommandLine.Command;

/** Runs upkeep once, as the hourly DAG does. */
@Command(name = "upkeep", description = "Hourly cleanup: merge small files, delete old rows.")
public final class UpkeepCommand extends JobCommand {
  UpkeepCommand() {
    super("upkeep", "batch", "postgres");
  }
}
