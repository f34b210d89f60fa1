package io.clickledger.sandbox.launcher.jobs;

import picocli.CommandLine.Command;

/** Derives live again from raw.clicks where an audit found it wrong. */
@Command(
    name = "rebuild-live",
    description =
        "Count again the clicks that landed on these UTC days, and replace their rows in live.")
public final class RebuildLiveCommand extends JobCommand {
  RebuildLiveCommand() {
    super("rebuild-live", "streaming", "postgres");
  }
}
