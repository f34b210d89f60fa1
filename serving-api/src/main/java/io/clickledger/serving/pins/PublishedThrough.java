package io.clickledger.serving.pins;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;

/**
 * The metric of the instant through which numbers are final, so that a missing billing run is
 * noticed even where no report is requested. While Trino is unavailable, the last value is kept.
 */
public final class PublishedThrough {

  /** Maximum age of the value where no report is requested. */
  private static final Duration MAX_AGE = Duration.ofMinutes(1);

  private final Pins pins;

  public PublishedThrough(Pins pins) {
    this.pins = pins;
  }

  public void register(MeterRegistry metrics) {
    Gauge.builder("clickledger.published.through", this, PublishedThrough::epochSeconds)
        .description("Unix time before which clicks are final; 0 before the first publication")
        .baseUnit("seconds")
        // What it asks is kept by nobody else.
        .strongReference(true)
        .register(metrics);
  }

  /** Not a number while no look-up was answered. */
  private double epochSeconds() {
    return pins.known(MAX_AGE)
        .map(pin -> (double) pin.through().map(Instant::getEpochSecond).orElse(0L))
        .orElse(Double.NaN);
  }
}
