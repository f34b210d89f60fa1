package io.clickledger.sandbox.launcher.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.sandbox.launcher.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While the platform is down. */
class RulesCommandTest {

  @TempDir Path parent;
  private Path document;

  @BeforeEach
  void writeDocument() throws IOException {
    document = parent.resolve("rules.json");
    Files.writeString(document, FraudRules.shipped().document());
  }

  @Test
  void checksADocumentByItself() {
    CommandLineRun run = run("check", document.toString());

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("Fraud rules " + FraudRules.shipped().version() + " are sound; ");
  }

  @Test
  void namesEveryFaultOfADocument() throws IOException {
    Files.writeString(document, "{\"version\": \"a b\", \"rulez\": []}");

    for (String command : new String[] {"check", "publish"}) {
      CommandLineRun run = run(command, document.toString());

      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err().lines())
          .satisfiesExactly(
              line -> assertThat(line).isEqualTo("clickledger: fraud rules: 3 faults"),
              line -> assertThat(line).startsWith("  rulez: is unknown"),
              line -> assertThat(line).startsWith("  version: must be"),
              line -> assertThat(line).startsWith("  rules: must be"));
    }
  }

  @Test
  void saysInOneSentenceThatThereIsNoDocument() {
    CommandLineRun run = run("check", parent.resolve("none.json").toString());

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("clickledger: could not read the document ")
        .endsWith("none.json" + System.lineSeparator())
        .hasLineCount(1);
  }

  @Test
  void showsAndPublishesOnlyWhereThePlatformRuns() {
    for (CommandLineRun run : new CommandLineRun[] {run("show"), run("publish", "" + document)}) {
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err())
          .contains("postgres of the platform in ", " does not run: start it with ./clickledger up")
          .hasLineCount(1);
    }
  }

  private CommandLineRun run(String command, String... file) {
    String[] line = new String[4 + file.length];
    line[0] = "rules";
    line[1] = command;
    line[2] = "--data-dir";
    line[3] = parent.resolve("data").toString();
    System.arraycopy(file, 0, line, 4, file.length);
    return CommandLineRun.of(line);
  }
}
