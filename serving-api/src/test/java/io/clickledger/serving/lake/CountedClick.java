package io.clickledger.serving.lake;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * One click as a layer counted it.
 *
 * @param values of the dimensions, in the order of the grain, null where the lake has null
 * @param cost of a valid click, 0 else
 */
record CountedClick(
    Instant at, List<String> values, Kind kind, long cost, String user, Instant landedAt) {

  /** The four classes, in the order of their columns. */
  enum Kind {
    DUPLICATE,
    GENERAL_INVALID,
    SOPHISTICATED_INVALID,
    VALID
  }

  CountedClick {
    values = Collections.unmodifiableList(Arrays.asList(values.toArray(String[]::new)));
  }
}
