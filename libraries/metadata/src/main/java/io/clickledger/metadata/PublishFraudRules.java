package io.clickledger.metadata;

import io.clickledger.rules.FraudRules;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Program: {@code PublishFraudRules --settings FILE [--dry-run] DOCUMENT} puts the fraud rules of
 * the document in force, or says with --dry-run whether it would. Exits with 1 where it refuses.
 */
public final class PublishFraudRules {

  private static final String DRY_RUN = "--dry-run";

  private PublishFraudRules() {}

  public static void main(String[] args) {
    System.exit(run(args, System.getenv(), System.out, System.err));
  }

  static int run(
      String[] args, Map<String, String> environment, PrintStream out, PrintStream errors) {
    return MetadataProgram.run(
        args,
        environment,
        errors,
        (database, arguments) -> out.println(published(database, arguments)));
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

  private static String published(DataSource database, List<String> arguments) {
    List<String> documents = arguments.stream().filter(a -> !a.equals(DRY_RUN)).toList();
    if (documents.size() != 1 || documents.get(0).startsWith("--")) {
      throw new IllegalArgumentException(
          "arguments must be --settings FILE [--dry-run] DOCUMENT, were " + arguments);
    }
    FraudRules rules = read(Path.of(documents.get(0)));
    boolean rehearsal = arguments.contains(DRY_RUN);
    FraudRulesPublication.Outcome outcome =
        rehearsal
            ? FraudRulesPublication.rehearse(database, rules)
            : FraudRulesPublication.publish(database, rules);
    return switch (outcome) {
      case IN_FORCE_ALREADY -> "Fraud rules %s are in force already".formatted(rules.version());
      case PUBLISHED ->
          "Fraud rules %s %s"
              .formatted(rules.version(), rehearsal ? "can be published" : "are in force");
    };
  }
}
