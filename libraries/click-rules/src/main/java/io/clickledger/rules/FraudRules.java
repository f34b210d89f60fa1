package io.clickledger.rules;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;

/**
 * The fraud rules as data, under one version, and the verdict that follows from what they matched.
 * Both layers label clicks by these and by nothing else.
 */
public final class FraudRules implements Serializable {

  private static final long serialVersionUID = 1;

  private static final FraudRules CURRENT =
      new FraudRules(
          "2026-11.1",
          List.of(
              new FraudRule(
                  "known-robot",
                  Verdict.GENERAL_INVALID,
                  "the user agent says that it is a robot",
                  (deviceType, userAgent) -> "ROBOT".equals(deviceType)),
              new FraudRule(
                  "missing-user-agent",
                  Verdict.GENERAL_INVALID,
                  "there is no user agent, which every browser sends",
                  (deviceType, userAgent) -> userAgent == null || userAgent.isBlank())));

  private final String version;
  private final ArrayList<FraudRule> rules;
  private final HashMap<String, Verdict> verdicts;

  /** Rules in any order; flags come in the order of their ids. */
  public FraudRules(String version, Collection<FraudRule> rules) {
    this.version = Objects.requireNonNull(version, "version");
    this.rules = new ArrayList<>(rules);
    this.rules.sort(Comparator.comparing(FraudRule::id));
    this.verdicts = new HashMap<>();
    for (FraudRule rule : this.rules) {
      if (verdicts.put(rule.id(), rule.verdict()) != null) {
        throw new IllegalArgumentException("rule ids must differ, was twice " + rule.id());
      }
    }
  }

  /** The rules that this code ships. */
  public static FraudRules current() {
    return CURRENT;
  }

  /** Stands beside the flags in every row. */
  public String version() {
    return version;
  }

  /** Every rule, in the order of the ids. */
  public List<FraudRule> rules() {
    return List.copyOf(rules);
  }

  /** Ids of the rules that match, in the order of the ids; either argument may be null. */
  public List<String> flags(String deviceType, String userAgent) {
    List<String> flags = null;
    for (FraudRule rule : rules) {
      if (rule.mark().test(deviceType, userAgent)) {
        if (flags == null) {
          flags = new ArrayList<>(2);
        }
        flags.add(rule.id());
      }
    }
    return flags == null ? List.of() : List.copyOf(flags);
  }

  /**
   * The verdict on a click with these flags. A repeat is a repeat whatever else it is, so that
   * gross minus duplicates is the number of clicks made; then the general reasons, which need no
   * argument, before the sophisticated ones.
   *
   * @throws IllegalArgumentException for a flag that is no rule's id: what an unknown rule means
   *     for money cannot be guessed
   */
  public Verdict verdict(boolean duplicate, Collection<String> flags) {
    Verdict verdict = Verdict.VALID;
    for (String flag : flags) {
      Verdict ofFlag = verdicts.get(flag);
      if (ofFlag == null) {
        throw new IllegalArgumentException(
            "flag must be one of %s (rules %s), was %s"
                .formatted(verdicts.keySet().stream().sorted().toList(), version, flag));
      }
      if (verdict != Verdict.GENERAL_INVALID) {
        verdict = ofFlag;
      }
    }
    return duplicate ? Verdict.DUPLICATE : verdict;
  }
}
