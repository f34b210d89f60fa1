package io.clickledger.streaming;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a query is behind, whoever asks and however often. While a look fails, what the last one
 * saw stands, and grows older; before the first it is not a number.
 */
final class BacklogWatch {
  private static final Logger LOG = LoggerFactory.getLogger(BacklogWatch.class);

  private final String query;
  private final Supplier<Backlog> look;
  private final Duration pause;
  private Backlog seen;
  private Instant nextLook = Instant.MIN;
  private boolean failing;

  BacklogWatch(String query, Supplier<Backlog> look, Duration pause) {
    this.query = query;
    this.look = look;
    this.pause = pause;
  }

  synchronized double clicks() {
    lookAgain();
    return seen == null ? Double.NaN : seen.clicks();
  }

  synchronized double seconds() {
    lookAgain();
    return seen == null
        ? Double.NaN
        : seen.since()
            .map(since -> Math.max(0, Duration.between(since, Instant.now()).toMillis() / 1000.0))
            .orElse(0.0);
  }

  private void lookAgain() {
    if (Instant.now().isBefore(nextLook)) {
      return;
    }
    try {
      seen = look.get();
      failing = false;
    } catch (RuntimeException e) {
      if (!failing) {
        LOG.warn("can't tell what waits for {}: {}", query, e.toString());
      }
      failing = true;
    }
    // After the look: one that takes long is not repeated at once.
    nextLook = Instant.now().plus(pause);
  }
}
