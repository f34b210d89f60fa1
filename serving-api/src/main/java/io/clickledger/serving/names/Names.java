package io.clickledger.serving.names;

import io.clickledger.metadata.MetadataNames;
import io.clickledger.metadata.MetadataStore;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of the names that the metadata store has, read again and again by a thread of its own: no
 * request waits for the store. While it is away, the names last read serve.
 */
public final class Names implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Names.class);

  private final MetadataStore store;
  private final Clock clock;
  private final ScheduledExecutorService reader =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "names");
            thread.setDaemon(true);
            return thread;
          });

  private volatile MetadataNames latest = MetadataNames.NONE;
  private volatile long readNanos;
  private boolean isUnavailable;

  Names(MetadataStore store, MeterRegistry metrics) {
    this.store = store;
    this.clock = metrics.config().clock();
    this.readNanos = clock.monotonicTime();
    Gauge.builder("clickledger.names.age", this, Names::ageSeconds)
        .description("Time since the names were read, or since the start where they never were")
        .baseUnit("seconds")
        .register(metrics);
  }

  /** Begins to read, whether or not the store answers yet. */
  public static Names start(MetadataStore store, Duration refresh, MeterRegistry metrics) {
    Names names = new Names(store, metrics);
    names.reader.scheduleWithFixedDelay(
        names::refresh, 0, refresh.toMillis(), TimeUnit.MILLISECONDS);
    return names;
  }

  /** The names last read; none before the first reading. */
  public MetadataNames latest() {
    return latest;
  }

  public synchronized void refresh() {
    try {
      latest = store.names();
      readNanos = clock.monotonicTime();
      if (isUnavailable) {
        isUnavailable = false;
        LOG.info("names are read again");
      }
    } catch (RuntimeException e) {
      // Said once: it would be said every refresh for as long as the store is away.
      if (!isUnavailable) {
        isUnavailable = true;
        LOG.warn("names cannot be read, reports go on with those last read: {}", e.toString());
      }
    }
  }

  private double ageSeconds() {
    return Duration.ofNanos(clock.monotonicTime() - readNanos).toMillis() / 1000.0;
  }

  @Override
  public void close() {
    reader.shutdownNow();
  }
}
