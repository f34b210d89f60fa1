package io.clickledger.sandbox.launcher.jobs;

import picocli.CommandLine.Command;

/** Produces rejected clicks again. */
@Command(
    name = "replay",
    aliases = "replay-rejected",
    description = "Correct rejected clicks and send them to the topic again; each counts once.")
public final class ReplayCommand extends JobCommand {
  ReplayCommand() {
    super("replay-rejected", "streaming", "postgres", "kafka");
  }
}
