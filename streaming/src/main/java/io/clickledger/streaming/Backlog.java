package io.clickledger.streaming;

import java.time.Instant;
import java.util.Optional;

/**
 * What waits for a query.
 *
 * @param clicks how many
 * @param since when the oldest of them came; empty where nothing waits
 */
record Backlog(long clicks, Optional<Instant> since) {
  static final Backlog NONE = new Backlog(0, Optional.empty());
}
