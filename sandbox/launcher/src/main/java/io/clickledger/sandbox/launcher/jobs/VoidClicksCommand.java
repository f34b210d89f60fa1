package io.clickledger.sandbox.launcher.jobs;

import picocli.CommandLine.Command;

/** Voids clicks that were charged. */
@Command(
    name = "void-clicks",
    description = "Void valid clicks: adjustments take back what they cost.")
public final class VoidClicksCommand extends JobCommand {
  VoidClicksCommand() {
    super("void-clicks", "batch", "postgres");
  }
}
