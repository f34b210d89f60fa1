package io.clickledger.batch.documents;

import io.clickledger.batch.documents.content.DocumentKind;
import io.clickledger.programs.JobMain;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Program: {@link DocumentJob} for advertisers. */
@Command(
    name = "invoice",
    description = "Invoice an advertiser for a month, or all advertisers with entries in it.")
public final class InvoiceMain extends DocumentMain {
  @Option(
      names = "--advertiser",
      paramLabel = "ID",
      description = "Whose (default: all that have entries in the month).")
  private Optional<String> partyId = Optional.empty();

  InvoiceMain() {
    super(DocumentKind.INVOICE);
  }

  public static void main(String[] args) {
    JobMain.exit(new InvoiceMain(), args);
  }

  @Override
  Optional<String> partyId() {
    return partyId;
  }
}
