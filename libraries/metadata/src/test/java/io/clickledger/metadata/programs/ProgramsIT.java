package io.clickledger.metadata.programs;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.metadata.TestDatabase;
import io.clickledger.programs.JobMain;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.sandbox.parts.process.FreePorts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsIT {

  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();

  @TempDir Path folder;

  @Test
  void migrateThenImport() throws IOException {
    TestDatabase database = TestDatabase.bare();
    Path settings = settings(database.url());
    Path file = folder.resolve("publishers.csv");
    Files.writeString(
        file, "publisher_id,name,domain,revenue_share_percent\npub-1,News,news.example,70\n");

    assertThat(migrate("--settings", settings.toString())).isZero();
    assertThat(importFiles("--settings", settings.toString(), "--dry-run", file.toString()))
        .isZero();
    assertThat(database.text("SELECT count(*) FROM metadata.publishers")).isEqualTo("0");
    assertThat(importFiles("--settings", settings.toString(), file.toString())).isZero();
    Files.writeString(
        file, "publisher_id,name,domain,revenue_share_percent\npub-1,News,news.example,60\n");
    assertThat(importFiles("--settings", settings.toString(), file.toString())).isZero();
    assertThat(importFiles("--settings", settings.toString(), file.toString())).isZero();

    String changedAt = database.store().histories().publishers().get(1).validFrom().toString();
    String migrations =
        database.text(
            "SELECT count(*) FROM metadata.flyway_schema_history WHERE version IS NOT NULL");
    String counted =
        "Clicks that are sent from now on are counted so in live; what live has counted already"
            + " stays as it is until the billing run.";
    assertThat(database.text("SELECT count(*) FROM metadata.publishers")).isEqualTo("1");
    assertThat(out.toString().lines())
        .containsExactly(
            "Migrations applied: " + migrations,
            "publishers: 1 added, 0 changed, 0 unchanged",
            "publishers: 1 added, 0 changed, 0 unchanged",
            "Where a line has no valid_from, what was added holds from 1970-01-01T00:00:00Z on.",
            counted,
            "publishers: 0 added, 1 changed, 0 unchanged",
            "Where a line has no valid_from, what was changed holds from " + changedAt + " on.",
            counted,
            "publishers: 0 added, 0 changed, 1 unchanged");
    assertThat(errors.toString()).isEmpty();
  }

  @Test
  void dryRunThenPublishFraudRules() throws IOException {
    TestDatabase database = TestDatabase.migrated();
    String settings = settings(database.url()).toString();
    Path document = folder.resolve("rules.json");
    Files.writeString(document, FraudRules.shipped().document());

    assertThat(publishRules("--settings", settings, "--dry-run", document.toString())).isZero();
    assertThat(database.text("SELECT count(*) FROM metadata.fraud_rules")).isEqualTo("0");
    assertThat(publishRules("--settings", settings, document.toString())).isZero();
    assertThat(publishRules("--settings", settings, document.toString())).isZero();

    String version = FraudRules.shipped().version();
    assertThat(out.toString().lines())
        .containsExactly(
            "Fraud rules " + version + " can be published",
            "Fraud rules " + version + " are in force",
            "Fraud rules " + version + " are in force already");
    assertThat(errors.toString()).isEmpty();
  }

  @Test
  void exitWith1ForRefusedRulesAnd2ForUnreadableOnes() throws IOException {
    String settings = settings(TestDatabase.migrated().url()).toString();
    Path document = folder.resolve("rules.json");
    Files.writeString(document, "{\"version\": \"a\", \"rules\": []}");
    Path bad = folder.resolve("bad.json");
    Files.writeString(bad, "{\"version\": \"a\"}");

    assertThat(publishRules("--settings", settings, document.toString())).isEqualTo(1);
    assertThat(publishRules("--settings", settings, bad.toString())).isEqualTo(2);
    assertThat(publishRules("--settings", settings, folder + "/none.json")).isEqualTo(2);
    assertThat(publishRules("--settings", settings)).isEqualTo(2);

    assertThat(errors.toString())
        .contains("fraud rules a were not published:\n  rule ")
        .contains("rules: must be an array of rules, is missing")
        .contains("could not read the document " + folder + "/none.json")
        .contains("Missing required parameter: 'DOCUMENT'");
  }

  @Test
  void makeListRotateAndRevokeKeysAndVerifyTheirLog() throws IOException {
    TestDatabase database = TestDatabase.migrated();
    String[] settings = {"--settings", settings(database.url()).toString()};

    assertThat(
            run(
                new ManageAccess.CreateKey(),
                with(settings, "--role", "advertiser", "--advertiser", "adv-1")))
        .isZero();
    String first = out.toString().lines().findFirst().orElseThrow();
    String id = first.substring(4, 16);
    assertThat(run(new ManageAccess.RotateKey(), with(settings, id, "--overlap", "7d"))).isZero();
    assertThat(run(new ManageAccess.RevokeKey(), with(settings, id))).isZero();
    assertThat(run(new ManageAccess.RotateKey(), with(settings, id))).isEqualTo(1);
    assertThat(run(new ManageAccess.ListKeys(), settings)).isZero();
    assertThat(run(new ManageAccess.VerifyAccessLog(), settings)).isZero();

    assertThat(first).startsWith("clk_" + id + "_");
    assertThat(out.toString())
        .contains("Key " + id + " (advertiser adv-1) is revoked since")
        .containsPattern(id + "  advertiser  \\S+  revoked \\S+ +advertiser adv-1")
        .containsPattern("advertiser  \\S+  valid  +advertiser adv-1")
        .contains("All 3 entries are as they were written. Head: 3:");
    assertThat(errors.toString()).contains("key " + id + " is not valid any more");

    database.execute(
        "ALTER TABLE access.log DISABLE TRIGGER USER; UPDATE access.log SET actor = 'nobody'");
    assertThat(run(new ManageAccess.VerifyAccessLog(), settings)).isEqualTo(1);
    assertThat(errors.toString())
        .contains("the log of accesses is not as it was written:\n  entry 1 is not as it was");
  }

  @Test
  void exitWith2ForKeysThatCannotBe() throws IOException {
    String[] settings = {"--settings", settings(TestDatabase.migrated().url()).toString()};

    for (String[] options :
        new String[][] {
          {},
          {"--role", "root"},
          {"--role", "advertiser"},
          {"--role", "publisher", "--advertiser", "adv-1"},
          {"--role", "admin", "--advertiser", "adv-1"},
          {"--role", "publisher", "--publisher", "a b"},
        }) {
      assertThat(run(new ManageAccess.CreateKey(), with(settings, options)))
          .as(String.join(" ", options))
          .isEqualTo(2);
    }
    assertThat(run(new ManageAccess.RotateKey(), with(settings, "x", "--overlap", "soon")))
        .isEqualTo(2);
    assertThat(run(new ManageAccess.VerifyAccessLog(), with(settings, "--expect", "x")))
        .isEqualTo(2);
    assertThat(errors.toString())
        .contains("--role must be one of admin, finance, analyst, advertiser, publisher, monitor")
        .contains("a key of role publisher takes no --advertiser");
  }

  private static String[] with(String[] settings, String... more) {
    return Stream.of(settings, more).flatMap(Stream::of).toArray(String[]::new);
  }

  @Test
  void exitWith1WhereTheFilesAreBad() throws IOException {
    Path settings = settings(TestDatabase.migrated().url());

    assertThat(importFiles("--settings", settings.toString(), folder + "/ads.csv")).isEqualTo(1);
    assertThat(errors.toString()).contains("ads.csv: is not there");
  }

  @Test
  void exitWith3WhereTheDatabaseIsAway() throws IOException {
    Path settings = settings("jdbc:postgresql://127.0.0.1:" + FreePorts.next() + "/clickledger");

    assertThat(migrate("--settings", settings.toString(), "--set", "metadata.timeout=1s"))
        .isEqualTo(3);
    assertThat(errors.toString())
        .startsWith("PostgreSQL at jdbc:postgresql://127.0.0.1:")
        .contains("refused")
        .hasLineCount(1);
  }

  @Test
  void exitWith2WhereTheyAreNotUnderstood() throws IOException {
    Path settings = settings("jdbc:mysql://x/y");

    assertThat(importFiles("--settings", settings.toString(), "ads.csv")).isEqualTo(2);
    assertThat(migrate()).isEqualTo(2);
    assertThat(
            importFiles(
                "--settings", settings(TestDatabase.bare().url()).toString(), "--force", "ads.csv"))
        .isEqualTo(2);
    assertThat(errors.toString())
        .contains("metadata.uri: must be a jdbc:postgresql: URI", "Unknown option: '--force'");
  }

  private Path settings(String uri) throws IOException {
    Path file = folder.resolve("metadata.properties");
    return Files.write(
        file,
        List.of(
            "metadata.uri = " + uri,
            "metadata.user = " + TestDatabase.user(),
            "metadata.password = env:METADATA_PASSWORD"));
  }

  private int migrate(String... args) {
    return run(new MigrateMetadata(), args);
  }

  private int importFiles(String... args) {
    return run(new ImportMetadata(), args);
  }

  private int publishRules(String... args) {
    return run(new PublishFraudRules(), args);
  }

  private int run(JobMain<?> program, String... args) {
    return program.execute(
        args,
        Map.of("METADATA_PASSWORD", TestDatabase.password()),
        new PrintWriter(out, true),
        new PrintWriter(errors, true));
  }
}
