package io.clickledger.serving.names;

import io.clickledger.metadata.MetadataNames;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.serving.background.BackgroundTask;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
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
  private final BackgroundTask reader =
      new BackgroundTask(
          "names",
          LOG,
          "names cannot be read, reports go on with those last read",
          "names are read again",
          this::read);

  private volatile MetadataNames latest = MetadataNames.NONE;
  private volatile long readNanos;

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
    names.reader.start(refresh);
    return names;
  }

  /** The names last read; none before the first reading. */
  public MetadataNames latest() {
    return latest;
  }

  /** Reads them on this thread. */
  void refresh() {
    reader.run();
  }

  private void read() {
    latest = store.names();
    readNanos = clock.monotonicTime();
  }

  private double ageSeconds() {
    return Duration.ofNanos(clock.monotonicTime() - readNanos).toMillis() / 1000.0;
  }

  @Override
  public void close() {
    reader.close();
  }
}
