package io.clickledger.batch.documents;

import io.clickledger.batch.documents.content.DocumentKind;
import io.clickledger.programs.JobMain;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Program: {@link DocumentJob} for publishers. */
@Command(
    name = "statement",
    description = "State what a publisher earned in a month, or all publishers with entries in it.")
public final class StatementMain extends DocumentMain {
  @Option(
      names = "--publisher",
      paramLabel = "ID",
      description = "Whose (default: all that have entries in the month).")
  private Optional<String> partyId = Optional.empty();

  StatementMain() {
    super(DocumentKind.STATEMENT);
  }

  public static void main(String[] args) {
    JobMain.exit(new StatementMain(), args);
  }

  @Override
  Optional<String> partyId() {
    return partyId;
  }
}
