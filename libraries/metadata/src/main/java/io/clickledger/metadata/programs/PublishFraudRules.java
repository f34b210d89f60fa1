package io.clickledger.metadata.programs;

import io.clickledger.metadata.FraudRulesPublication;
import io.clickledger.programs.JobMain;
import io.clickledger.programs.WrongUsageException;
import io.clickledger.rules.fraud.FraudRules;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Program: puts the fraud rules of a document in force, or says whether it would. */
@Command(name = "PublishFraudRules", description = "Put the fraud rules of a document in force.")
public final class PublishFraudRules extends MetadataProgram {

  @Option(names = "--dry-run", description = "Only say whether they can be published.")
  private boolean dryRun;

  @Parameters(paramLabel = "DOCUMENT", description = "JSON document of the rules.")
  private Path document;

  public static void main(String[] args) {
    JobMain.exit(new PublishFraudRules(), args);
  }

  /**
   * Reads a document.
   *
   * @throws IllegalArgumentException where it cannot be read, or naming all its faults
   */
  public static FraudRules read(Path document) {
    try {
      return FraudRules.parse(Files.readString(document));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(document + " must be UTF-8, was not", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("could not read the document " + e.getMessage(), e);
    }
  }

  @Override
  void run(DataSource database) {
    FraudRules rules;
    try {
      rules = read(document);
    } catch (IllegalArgumentException e) {
      throw new WrongUsageException(e.getMessage());
    }
    FraudRulesPublication.Outcome outcome =
        dryRun
            ? FraudRulesPublication.dryRun(database, rules)
            : FraudRulesPublication.publish(database, rules);
    out()
        .println(
            switch (outcome) {
              case IN_FORCE_ALREADY ->
                  "Fraud rules %s are in force already".formatted(rules.version());
              case PUBLISHED ->
                  "Fraud rules %s %s"
                      .formatted(rules.version(), dryRun ? "can be published" : "are in force");
            });
  }
}
