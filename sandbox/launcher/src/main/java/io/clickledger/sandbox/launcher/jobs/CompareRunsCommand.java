package io.clickledger.sandbox.launcher.jobs;

import picocli.CommandLine.Command;

/** Explains why two billing runs have other numbers. */
@Command(
    name = "compare-runs",
    description = "Explain by cause why two published billing runs have other clicks and money.")
public final class CompareRunsCommand extends JobCommand {
  CompareRunsCommand() {
    super("compare-runs", "batch", "postgres");
  }
}
