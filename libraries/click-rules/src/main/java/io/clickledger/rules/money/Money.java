package io.clickledger.rules.money;

import java.io.Serializable;
import java.util.Objects;

/** An exact amount: millionths of a currency. What does not fit a long throws, nothing wraps. */
public record Money(long micros, String currency) implements Serializable {

  public Money {
    Objects.requireNonNull(currency, "currency");
    if (!Currencies.isKnown(currency)) {
      throw new IllegalArgumentException("currency must be an ISO 4217 code, was " + currency);
    }
  }

  /** Nothing, in that currency: where a sum starts. */
  public static Money zero(String currency) {
    return new Money(0, currency);
  }

  /** The sum of both, which must be of one currency. */
  public Money plus(Money other) {
    if (!currency.equals(other.currency)) {
      throw new IllegalArgumentException(
          "amounts must be of one currency to be added, were %s and %s"
              .formatted(currency, other.currency));
    }
    return new Money(Math.addExact(micros, other.micros), currency);
  }

  /** So many of it: what that number of clicks costs. */
  public Money times(long count) {
    return new Money(Math.multiplyExact(micros, count), currency);
  }

  /** The amount taken away instead of added. */
  public Money negated() {
    return new Money(Math.negateExact(micros), currency);
  }
}
