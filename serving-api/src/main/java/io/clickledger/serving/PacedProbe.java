package io.clickledger.serving;

import io.clickledger.http.Check;
import java.time.Duration;
import java.util.Optional;

/**
 * A check that asks at most once a second, however many ask whether the API is ready: that needs no
 * key, and may not be how anybody makes Trino work.
 */
final class PacedProbe implements Check.Probe {
  private static final Duration MIN_PAUSE = Duration.ofSeconds(1);

  private final Check.Probe probe;
  private Optional<Outcome> last = Optional.empty();

  /** What the check said, and when it was asked. */
  private record Outcome(long nanos, Optional<Exception> failure) {}

  PacedProbe(Check.Probe probe) {
    this.probe = probe;
  }

  @Override
  public synchronized void ask() throws Exception {
    if (last.isEmpty() || System.nanoTime() - last.get().nanos() >= MIN_PAUSE.toNanos()) {
      last = Optional.of(new Outcome(System.nanoTime(), failure()));
    }
    if (last.get().failure().isPresent()) {
      throw last.get().failure().get();
    }
  }

  private Optional<Exception> failure() {
    try {
      probe.ask();
      return Optional.empty();
    } catch (Exception e) {
      return Optional.of(e);
    }
  }
}
