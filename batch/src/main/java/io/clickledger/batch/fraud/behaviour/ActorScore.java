package io.clickledger.batch.fraud.behaviour;

import java.io.Serializable;
import java.util.List;

/**
 * What the model says of an actor.
 *
 * @param keys values of the kind's {@link ActorKind#keys}
 * @param clicks how many unflagged clicks of the day it made
 * @param score estimated share of its clicks that is invalid, 0 to 1
 * @param reasons ids of {@link Feature}s
 */
public record ActorScore(
    ActorKind kind, List<String> keys, long clicks, double score, List<String> reasons)
    implements Serializable {
  private static final long serialVersionUID = 1;

  public ActorScore {
    if (keys.size() != kind.keys().size()) {
      throw new IllegalArgumentException(
          "an actor of kind %s has the keys %s, was %s".formatted(kind, kind.keys(), keys));
    }
    keys = List.copyOf(keys);
    reasons = List.copyOf(reasons);
  }
}
