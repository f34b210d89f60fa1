package io.clickledger.batch.fraud;

import io.clickledger.batch.billing.run.BillingLake;
import io.clickledger.batch.billing.run.TestClick;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.fraud.RepeatClickRule;
import io.clickledger.rules.fraud.VelocityRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The verdicts of landed clicks by brute force, as the documents define them: plain Java that
 * shares the limits of the rules with the product, and no code that applies them.
 */
final class ExpectedVerdicts {
  private final FraudRules rules;
  private final Duration horizon;
  private final Duration window;
  private final Map<String, List<Instant>> firsts = new HashMap<>();
  private final Map<String, List<Seen>> ofAddresses = new HashMap<>();
  private final Map<String, List<Seen>> ofUsers = new HashMap<>();

  /** A click that later ones of its key are counted with. */
  private record Seen(TestClick click, Instant landedAt) {
    boolean isSame(TestClick other) {
      return click.clickId().equals(other.clickId()) && Math.abs(secondsBefore(other)) < 60;
    }

    long secondsBefore(TestClick other) {
      return other.clickedAt().getEpochSecond() - click.clickedAt().getEpochSecond();
    }
  }

  /**
   * @param window for how long after landing a click is seen, at least
   */
  ExpectedVerdicts(FraudRules rules, Duration horizon, Duration window) {
    this.rules = rules;
    this.horizon = horizon;
    this.window = window;
  }

  /** Verdict and reasons of the next click in the order of landing. */
  String next(BillingLake.Landed row) {
    TestClick click = row.click();
    List<Instant> before = firsts.computeIfAbsent(click.clickId(), id -> new ArrayList<>());
    boolean isDuplicate =
        before.stream()
            .anyMatch(
                first -> Duration.between(first, click.clickedAt()).abs().compareTo(horizon) <= 0);
    if (!isDuplicate) {
      before.add(click.clickedAt());
    }
    SortedSet<String> reasons = new TreeSet<>(click.fraudFlags());
    List<Seen> ofAddress = others(ofAddresses, TestClick::address, row);
    List<Seen> ofUser = others(ofUsers, TestClick::userHash, row);
    for (VelocityRule rule : rules.velocityRules()) {
      List<Seen> others = rule.key() == VelocityRule.Key.IP_ADDRESS ? ofAddress : ofUser;
      long count =
          others.stream()
              .mapToLong(other -> other.secondsBefore(click))
              .filter(age -> age >= 0 && age < rule.window().toSeconds())
              .count();
      if (count + 1 > rule.limit()) {
        reasons.add(rule.id());
      }
    }
    for (RepeatClickRule rule : rules.repeatClickRules()) {
      if (ofUser.stream()
          .filter(other -> other.click().adId().equals(click.adId()))
          .anyMatch(other -> Math.abs(other.secondsBefore(click)) < rule.window().toSeconds())) {
        reasons.add(rule.id());
      }
    }
    return (isDuplicate ? "DUPLICATE" : verdict(reasons)) + " " + reasons;
  }

  private String verdict(SortedSet<String> reasons) {
    if (reasons.isEmpty()) {
      return "VALID";
    }
    return reasons.stream().anyMatch(id -> rules.verdicts().get(id).name().startsWith("GENERAL"))
        ? "GENERAL_INVALID"
        : "SOPHISTICATED_INVALID";
  }

  /** The other clicks of its key that a click sees; afterwards it is one of them itself. */
  private List<Seen> others(
      Map<String, List<Seen>> byKey, Function<TestClick, String> key, BillingLake.Landed row) {
    TestClick click = row.click();
    if (key.apply(click) == null) {
      return List.of();
    }
    List<Seen> all = byKey.computeIfAbsent(key.apply(click), any -> new ArrayList<>());
    List<Seen> others =
        all.stream()
            .filter(seen -> slice(seen.landedAt()) >= slice(row.landedAt()) - 6)
            .filter(seen -> !seen.isSame(click))
            .toList();
    boolean isOfThisSlice =
        all.stream()
            .anyMatch(
                seen -> seen.isSame(click) && slice(seen.landedAt()) == slice(row.landedAt()));
    if (!isOfThisSlice) {
      all.removeIf(seen -> seen.isSame(click));
      all.add(new Seen(click, row.landedAt()));
    }
    return others;
  }

  private long slice(Instant landedAt) {
    return Math.floorDiv(landedAt.toEpochMilli(), window.toMillis() / 6);
  }
}
