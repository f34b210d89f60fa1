package io.clickledger.streaming.query;

import java.time.Instant;
import java.util.Optional;

/**
 * The input that a query has not processed yet.
 *
 * @param clicks how many
 * @param since when the oldest of them arrived; empty where nothing waits
 */
public record Backlog(long clicks, Optional<Instant> since) {
  static final Backlog NONE = new Backlog(0, Optional.empty());
}
