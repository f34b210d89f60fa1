package io.clickledger.rules.pricing;

import java.io.Serializable;
import java.time.Instant;

/** What an entity of the metadata was in [validFrom, validTo). */
public interface EntityVersion extends Serializable {

  /** The entity's id. */
  String entityId();

  /** From when this version holds, inclusive. */
  Instant validFrom();

  /** Until when it holds, exclusive; null for the version that still does. */
  Instant validTo();

  /** What the entity was, without when. */
  Object content();

  /** Whether this version is the entity's at that instant. */
  default boolean isValidAt(Instant instant) {
    return !instant.isBefore(validFrom()) && (validTo() == null || instant.isBefore(validTo()));
  }
}
