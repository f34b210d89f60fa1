package io.clickledger.sandbox.launcher.jobs;

import picocli.CommandLine.Command;

/** Computes a published billing run again, and compares. */
@Command(
    name = "rerun",
    description =
        "Compute a published billing run again, and compare every row with what it published; exit"
            + " status 1 if one differs.")
public final class RerunCommand extends JobCommand {
  RerunCommand() {
    super("rerun", "batch", "postgres");
  }
}
