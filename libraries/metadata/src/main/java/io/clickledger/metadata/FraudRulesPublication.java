package io.clickledger.metadata;

import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.fraud.Verdict;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Puts fraud rules in force, and refuses what would change the meaning of flags that clicks carry
 * already: a version that is another document's, and an id that is dropped or changes its class.
 */
public final class FraudRulesPublication {

  /** What became of a document that was not refused. */
  public enum Outcome {
    /** It is in force from now on. */
    PUBLISHED,
    /** It was in force already, and nothing was written. */
    IN_FORCE_ALREADY
  }

  private FraudRulesPublication() {}

  /**
   * Publishes them. Publishers wait for each other.
   *
   * @throws FraudRulesRefusedException naming every reason, after which nothing is published
   */
  public static Outcome publish(DataSource database, FraudRules rules) {
    return Jdbi.create(database)
        .inTransaction(
            handle -> {
              handle.execute("LOCK TABLE metadata.fraud_rules IN SHARE ROW EXCLUSIVE MODE");
              Outcome outcome = check(handle, rules);
              if (outcome == Outcome.PUBLISHED) {
                handle.execute(
                    "INSERT INTO metadata.fraud_rules (version, document) VALUES (?, ?)",
                    rules.version(),
                    rules.document());
              }
              return outcome;
            });
  }

  /**
   * What {@link #publish} would do, without doing it.
   *
   * @throws FraudRulesRefusedException as {@link #publish} would
   */
  public static Outcome dryRun(DataSource database, FraudRules rules) {
    return Jdbi.create(database).withHandle(handle -> check(handle, rules));
  }

  private static Outcome check(Handle handle, FraudRules rules) {
    List<PublishedRules> published = published(handle);
    if (!published.isEmpty() && isSame(published.get(published.size() - 1), rules)) {
      return Outcome.IN_FORCE_ALREADY;
    }
    List<String> reasons = new ArrayList<>();
    checkVersion(rules, published, reasons);
    if (published.isEmpty()) {
      // They were in force until now.
      FraudRules shipped = FraudRules.shipped();
      checkIds(rules, shipped.version(), shipped.verdicts(), reasons);
    } else {
      // The one before last kept the ids of those before it, and so on: but a hand may have written
      // the table, and an unknown flag stops every billing run.
      published.forEach(
          one ->
              checkIds(rules, one.version(), FraudRules.formerVerdicts(one.document()), reasons));
    }
    if (!reasons.isEmpty()) {
      throw new FraudRulesRefusedException(rules.version(), reasons.stream().distinct().toList());
    }
    return Outcome.PUBLISHED;
  }

  private static void checkVersion(
      FraudRules rules, List<PublishedRules> published, List<String> reasons) {
    FraudRules shipped = FraudRules.shipped();
    if (rules.version().equals(shipped.version()) && !rules.document().equals(shipped.document())) {
      reasons.add(
          "version must be a new one: %s is that of the rules shipped, which differ"
              .formatted(rules.version()));
    }
    for (PublishedRules one : published) {
      if (isSame(one, rules)) {
        reasons.add(
            "version must be a new one: %s was published at %s, and %s is in force since; to go"
                    .formatted(
                        one.version(),
                        one.publishedAt(),
                        published.get(published.size() - 1).version())
                + " back, publish its rules under a new version");
      } else if (one.version().equals(rules.version())) {
        reasons.add(
            "version must be a new one: %s was published at %s with another document"
                .formatted(one.version(), one.publishedAt()));
      }
    }
  }

  private static void checkIds(
      FraudRules rules, String formerVersion, Map<String, Verdict> former, List<String> reasons) {
    for (Map.Entry<String, Verdict> rule : former.entrySet()) {
      Verdict now = rules.verdicts().get(rule.getKey());
      if (now == null) {
        reasons.add(
            "rule %s of version %s must stay, because clicks carry its id: give it \"retired\": true"
                .formatted(rule.getKey(), formerVersion));
      } else if (now != rule.getValue()) {
        reasons.add(
            "class of rule %s must stay %s, because clicks carry its id, was %s: retire it and add"
                    .formatted(rule.getKey(), rule.getValue(), now)
                + " one with a new id");
      }
    }
  }

  private static boolean isSame(PublishedRules one, FraudRules rules) {
    return one.version().equals(rules.version()) && one.document().equals(rules.document());
  }

  private static List<PublishedRules> published(Handle handle) {
    return handle
        .createQuery(
            "SELECT version, document, published_at FROM metadata.fraud_rules ORDER BY published_at")
        .map(
            (row, context) ->
                new PublishedRules(
                    row.getString("version"),
                    row.getString("document"),
                    row.getObject("published_at", OffsetDateTime.class).toInstant()))
        .list();
  }
}
