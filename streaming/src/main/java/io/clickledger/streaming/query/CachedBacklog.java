package io.clickledger.streaming.query;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backlog of a query, read from its source at most once per interval however often it is asked
 * for. While reading fails, the last value is kept, and its age grows; before the first read the
 * value is NaN.
 */
final class CachedBacklog {
  private static final Logger LOG = LoggerFactory.getLogger(CachedBacklog.class);

  private final String query;
  private final Supplier<Backlog> source;
  private final Duration readInterval;
  private Backlog latest;
  private Instant nextReadAt = Instant.MIN;
  private boolean failing;

  CachedBacklog(String query, Supplier<Backlog> source, Duration readInterval) {
    this.query = query;
    this.source = source;
    this.readInterval = readInterval;
  }

  synchronized double clicks() {
    refresh();
    return latest == null ? Double.NaN : latest.clicks();
  }

  synchronized double seconds() {
    refresh();
    return latest == null
        ? Double.NaN
        : latest
            .since()
            .map(since -> Math.max(0, Duration.between(since, Instant.now()).toMillis() / 1000.0))
            .orElse(0.0);
  }

  private void refresh() {
    if (Instant.now().isBefore(nextReadAt)) {
      return;
    }
    try {
      latest = source.get();
      failing = false;
    } catch (RuntimeException e) {
      if (!failing) {
        LOG.warn("cannot determine the backlog of {}: {}", query, e.toString());
      }
      failing = true;
    }
    // Counted from the end of the read: a slow read is not repeated at once.
    nextReadAt = Instant.now().plus(readInterval);
  }
}
