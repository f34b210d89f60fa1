package io.clickledger.streaming.driver;

import io.clickledger.lake.expire.SnapshotExpiry;
import io.clickledger.streaming.query.StreamingMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Expires snapshots at an interval, so that the size of table metadata, which every commit
 * rewrites, stays bounded whatever else runs; nobody else expires any. A failure is logged and
 * counted; the next run catches up.
 */
final class ExpiryTimer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExpiryTimer.class);

  private final Supplier<SnapshotExpiry> expiry;
  private final Duration keep;
  private final StreamingMetrics metrics;
  private static final Duration MAX_FIRST_DELAY = Duration.ofSeconds(30);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          run -> {
            Thread daemon = new Thread(run, "expiry");
            daemon.setDaemon(true);
            return daemon;
          });

  /**
   * @param expiry asked for each time: tables may come and go
   * @param keep how long a snapshot stays readable at least
   */
  ExpiryTimer(Supplier<SnapshotExpiry> expiry, Duration keep, StreamingMetrics metrics) {
    this.expiry = expiry;
    this.keep = keep;
    this.metrics = metrics;
  }

  /** Runs for the first time soon, so that a driver that restarts often expires snapshots too. */
  ExpiryTimer start(Duration interval) {
    long millis = interval.toMillis();
    thread.scheduleWithFixedDelay(
        this::run, Math.min(millis, MAX_FIRST_DELAY.toMillis()), millis, TimeUnit.MILLISECONDS);
    return this;
  }

  private void run() {
    try {
      LOG.info("{}", expiry.get().run(Instant.now(), keep));
    } catch (RuntimeException | Error e) {
      // Whatever leaves this method would end the timer without a word.
      metrics.expiryFailed();
      LOG.warn("snapshots could not be expired this time", e);
    }
  }

  /** Stops the timer and interrupts a running expiry, which is safe. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
