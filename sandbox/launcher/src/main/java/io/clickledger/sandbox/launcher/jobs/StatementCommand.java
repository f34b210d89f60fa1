package io.clickledger.sandbox.launcher.jobs;

import java.util.Set;
import picocli.CommandLine.Command;

/** Writes the statements of a month. */
@Command(
    name = "statement",
    description = "Write what a publisher earned in a month, as CSV, JSON and a page to print.")
public final class StatementCommand extends JobCommand {
  StatementCommand() {
    super("statement", "batch", "postgres");
  }

  @Override
  Set<String> pathOptions() {
    return Set.of("--out");
  }
}
