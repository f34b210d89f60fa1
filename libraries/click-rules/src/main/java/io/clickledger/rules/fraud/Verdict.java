package io.clickledger.rules.fraud;

/** What a click is worth counting as, in the terms of the Media Rating Council. */
public enum Verdict {
  /** Counted and charged. */
  VALID,
  /** A repeat of a click already counted. */
  DUPLICATE,
  /** Invalid by lists and marks that one click shows by itself: known robots, data centres. */
  GENERAL_INVALID,
  /** Invalid by behaviour that shows only over many clicks. */
  SOPHISTICATED_INVALID
}
