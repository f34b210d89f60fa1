package io.clickledger.sandbox.launcher.jobs;

import java.util.Set;
import picocli.CommandLine.Command;

/** Shows the clicks behind a line of an invoice. */
@Command(
    name = "explain",
    description = "Show the clicks behind a line of an invoice, and that they add up to it.")
public final class ExplainCommand extends JobCommand {
  ExplainCommand() {
    super("explain", "batch", "postgres");
  }

  @Override
  Set<String> pathOptions() {
    return Set.of("--out");
  }
}
