package io.clickledger.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.metadata.FraudRulesPublication.Outcome;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.fraud.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FraudRulesPublicationIT {

  private static final FraudRules SHIPPED = FraudRules.shipped();

  private final TestDatabase database = TestDatabase.migrated();

  @Test
  void theShippedRulesAreInForceUntilOthersArePublished() {
    assertThat(database.store().fraudRules().document()).isEqualTo(SHIPPED.document());

    assertThat(publish(shippedAs("2027-01.1"))).isEqualTo(Outcome.PUBLISHED);

    assertThat(database.store().fraudRules().version()).isEqualTo("2027-01.1");
  }

  @Test
  void theRulesPublishedLastAreInForceWhateverTheirVersion() {
    publish(shippedAs("2027-01.9"));
    publish(shippedAs("2027-01.10"));
    publish(shippedAs("1"));

    assertThat(database.store().fraudRules().version()).isEqualTo("1");
    assertThat(database.text("SELECT count(*) FROM metadata.fraud_rules")).isEqualTo("3");
  }

  @Test
  void aChangedThresholdIsInForceAtOnce() {
    FraudRules changed =
        FraudRules.parse(
            shippedAs("2027-01.1")
                .document()
                .replace(
                    "\"window\": \"10s\",\n      \"limit\": 50",
                    "\"window\": \"10s\",\n      \"limit\": 40"));
    publish(shippedAs("2027-01.0"));
    MetadataStore store = database.store();
    FraudRules before = store.fraudRules();

    publish(changed);

    assertThat(before.velocityRules()).noneMatch(rule -> rule.limit() == 40);
    assertThat(store.fraudRules().velocityRules()).anyMatch(rule -> rule.limit() == 40);
    assertThat(store.fraudRules()).isSameAs(store.fraudRules());
  }

  @Test
  void theRulesInForcePublishedAgainChangeNothing() {
    publish(SHIPPED);

    assertThat(publish(FraudRules.parse(SHIPPED.document() + "\n")))
        .isEqualTo(Outcome.IN_FORCE_ALREADY);

    assertThat(database.text("SELECT count(*) FROM metadata.fraud_rules")).isEqualTo("1");
  }

  @Test
  void readsOfFormerDocumentsOnlyIdsAndClasses() {
    // A pattern that today's limits refuse, in a document of an earlier program.
    database.execute(
        "INSERT INTO metadata.fraud_rules (version, document) VALUES ('old', '{\"version\": \"old\","
            + " \"rules\": [{\"id\": \"old-robot\", \"class\": \"GENERAL_INVALID\", \"type\":"
            + " \"user-agent-pattern\", \"meaning\": \"m\", \"patterns\": [\"(?<=a)b\"]}]}')");

    assertRefused(shippedAs("new"), "rule old-robot of version old must stay", "");

    FraudRules kept =
        FraudRules.parse(
            shippedAs("new")
                .document()
                .replace(
                    "\"rules\": [",
                    "\"rules\": [{\"id\": \"old-robot\", \"class\": \"GENERAL_INVALID\","
                        + " \"type\": \"missing-user-agent\", \"meaning\": \"m\","
                        + " \"retired\": true},"));
    assertThat(publish(kept)).isEqualTo(Outcome.PUBLISHED);
  }

  @Test
  void refusesAPublishedVersionWithAnotherDocument() {
    publish(shippedAs("a"));

    assertRefused(
        FraudRules.parse(shippedAs("a").document().replace("\"limit\": 50", "\"limit\": 51")),
        "version must be a new one: a was published at ",
        " with another document");
  }

  @Test
  void refusesTheVersionOfTheShippedRulesWithAnotherDocument() {
    assertRefused(
        FraudRules.parse(SHIPPED.document().replace("\"limit\": 50", "\"limit\": 51")),
        "version must be a new one: " + SHIPPED.version() + " is that of the rules shipped");
  }

  @Test
  void refusesToGoBackUnderAnOldVersion() {
    publish(shippedAs("a"));
    publish(shippedAs("b"));

    assertRefused(shippedAs("a"), "a was published at ", ", and b is in force since; to go back");
  }

  @Test
  void refusesToDropARuleOfTheShippedRules() {
    assertRefused(
        FraudRules.parse("{\"version\": \"a\", \"rules\": []}"),
        "rule known-robot of version " + SHIPPED.version() + " must stay",
        "rule missing-user-agent of version " + SHIPPED.version() + " must stay",
        "give it \"retired\": true");
  }

  @Test
  void refusesToDropARuleOfAnyFormerVersion() {
    publish(with("a", "\"id\": \"ours\""));
    publish(with("b", "\"id\": \"ours\", \"retired\": true"));

    assertRefused(
        shippedAs("c"), "rule ours of version a must stay", "rule ours of version b must");
  }

  @Test
  void refusesToGiveARuleAnotherClass() {
    publish(with("a", "\"id\": \"ours\""));

    assertRefused(
        FraudRules.parse(
            with("b", "\"id\": \"ours\"")
                .document()
                .replace(
                    "\"id\": \"ours\", \"class\": \"GENERAL_INVALID\"",
                    "\"id\": \"ours\", \"class\": \"SOPHISTICATED_INVALID\"")),
        "class of rule ours must stay GENERAL_INVALID",
        "was SOPHISTICATED_INVALID");
  }

  @Test
  void aFlagOfARetiredRuleKeepsItsClass() {
    publish(with("a", "\"id\": \"ours\""));
    publish(with("b", "\"id\": \"ours\", \"retired\": true"));

    assertThat(database.store().fraudRules().verdict(false, List.of("ours")))
        .isEqualTo(Verdict.GENERAL_INVALID);
  }

  @Test
  void aRuleShippedLaterNeedNotBeKeptBefore() {
    // The table is as an older code left it, whose shipped rules were fewer.
    database.execute(
        "INSERT INTO metadata.fraud_rules (version, document)"
            + " VALUES ('old', '{\"version\": \"old\", \"rules\": []}')");

    assertThatCode(() -> publish(FraudRules.parse("{\"version\": \"new\", \"rules\": []}")))
        .doesNotThrowAnyException();
  }

  @Test
  void aDryRunRefusesTheSameAndPublishesNothing() {
    assertThat(FraudRulesPublication.dryRun(database.source(), shippedAs("a")))
        .isEqualTo(Outcome.PUBLISHED);
    assertThatThrownBy(
            () ->
                FraudRulesPublication.dryRun(
                    database.source(), FraudRules.parse("{\"version\": \"a\", \"rules\": []}")))
        .isInstanceOf(FraudRulesRefusedException.class);

    assertThat(database.text("SELECT count(*) FROM metadata.fraud_rules")).isEqualTo("0");
  }

  @Test
  void publishersWaitForEachOther() throws Exception {
    int publishers = 4;
    ExecutorService pool = Executors.newFixedThreadPool(publishers);
    List<Future<Outcome>> running = new ArrayList<>();
    for (int i = 0; i < publishers; i++) {
      running.add(pool.submit(() -> publish(shippedAs("a"))));
    }

    List<Outcome> outcomes = new ArrayList<>();
    for (Future<Outcome> one : running) {
      outcomes.add(one.get());
    }
    pool.shutdown();

    assertThat(outcomes).containsOnlyOnce(Outcome.PUBLISHED).hasSize(publishers);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE metadata.fraud_rules SET document = 'x'",
        "UPDATE metadata.fraud_rules SET published_at = now()",
        "DELETE FROM metadata.fraud_rules",
        "TRUNCATE metadata.fraud_rules"
      })
  void whatIsPublishedStays(String statement) {
    publish(shippedAs("a"));

    assertThatThrownBy(() -> database.execute(statement))
        .hasMessageContaining("on metadata.fraud_rules is not allowed: clicks name its versions");
    assertThat(database.text("SELECT count(*) FROM metadata.fraud_rules")).isEqualTo("1");
  }

  @Test
  void nobodyChoosesWhenItIsPublished() {
    publish(shippedAs("a"));

    database.execute(
        "INSERT INTO metadata.fraud_rules VALUES ('b', '{\"version\": \"b\", \"rules\": []}',"
            + " '1999-01-01'), ('c', '{\"version\": \"c\", \"rules\": []}', '2999-01-01')");
    publish(with("d", "\"id\": \"ours\""));

    assertThat(database.texts("SELECT version FROM metadata.fraud_rules ORDER BY published_at"))
        .containsExactly("a", "b", "c", "d");
  }

  @Test
  void rulesThatCannotBeReadAreNotIgnored() {
    database.execute(
        "INSERT INTO metadata.fraud_rules (version, document)"
            + " VALUES ('z', '{\"version\": \"z\", \"rules\": [], \"newer\": 1}')");

    assertThatThrownBy(() -> database.store().fraudRules())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("newer: is unknown");
  }

  private Outcome publish(FraudRules rules) {
    return FraudRulesPublication.publish(database.source(), rules);
  }

  private void assertRefused(FraudRules rules, String... parts) {
    String before = database.text("SELECT count(*) FROM metadata.fraud_rules");

    assertThatThrownBy(() -> publish(rules))
        .isInstanceOf(FraudRulesRefusedException.class)
        .hasMessageContainingAll(parts);
    assertThat(database.text("SELECT count(*) FROM metadata.fraud_rules")).isEqualTo(before);
  }

  private static FraudRules shippedAs(String version) {
    return FraudRules.parse(
        SHIPPED
            .document()
            .replace("\"version\": \"" + SHIPPED.version(), "\"version\": \"" + version));
  }

  /** The shipped rules and one more. */
  private static FraudRules with(String version, String idAndMore) {
    return FraudRules.parse(
        shippedAs(version)
            .document()
            .replace(
                "\"rules\": [",
                "\"rules\": [{"
                    + idAndMore
                    + ", \"class\": \"GENERAL_INVALID\", \"type\": \"missing-user-agent\","
                    + " \"meaning\": \"test\"},"));
  }
}
