package io.clickledger.sandbox.launcher.jobs;

import picocli.CommandLine.Command;

/** Accepts a gap of records that Kafka has lost. The job refuses where there is none. */
@Command(
    name = "accept-gap",
    description = "Continue without the records that Kafka has lost; prints what is lost.")
public final class AcceptGapCommand extends JobCommand {
  AcceptGapCommand() {
    super("accept-gap", "streaming", "postgres", "kafka");
  }
}
