package io.clickledger.sandbox.launcher.jobs;

import picocli.CommandLine.Command;

/** Judges final days again. */
@Command(
    name = "reprocess",
    description =
        "Judge final days again by today's metadata and rules; closed periods get adjustments.")
public final class ReprocessCommand extends JobCommand {
  ReprocessCommand() {
    super("reprocess", "batch", "postgres");
  }
}
