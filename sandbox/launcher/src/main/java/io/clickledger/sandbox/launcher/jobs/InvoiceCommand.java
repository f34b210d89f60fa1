package io.clickledger.sandbox.launcher.jobs;

import java.util.Set;
import picocli.CommandLine.Command;

/** Writes the invoices of a month. */
@Command(
    name = "invoice",
    description =
        "Write the invoice of an advertiser for a month, as CSV, JSON and a page to print.")
public final class InvoiceCommand extends JobCommand {
  InvoiceCommand() {
    super("invoice", "batch", "postgres");
  }

  @Override
  Set<String> pathOptions() {
    return Set.of("--out");
  }
}
