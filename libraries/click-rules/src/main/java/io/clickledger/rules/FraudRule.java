package io.clickledger.rules;

import java.io.Serializable;
import java.util.Objects;
import java.util.function.BiPredicate;

/**
 * One stateless fraud rule: what it matches in a single click, and what a click is that it matches.
 */
public record FraudRule(String id, Verdict verdict, String meaning, Mark mark)
    implements Serializable {

  /** What the rule looks for in a click's device type and user agent; either may be null. */
  @FunctionalInterface
  public interface Mark extends BiPredicate<String, String>, Serializable {}

  public FraudRule {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(meaning, "meaning");
    Objects.requireNonNull(mark, "mark");
    if (verdict != Verdict.GENERAL_INVALID && verdict != Verdict.SOPHISTICATED_INVALID) {
      throw new IllegalArgumentException(
          "verdict of rule %s must be GENERAL_INVALID or SOPHISTICATED_INVALID, was %s"
              .formatted(id, verdict));
    }
  }
}
