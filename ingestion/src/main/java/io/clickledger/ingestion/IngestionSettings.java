package io.clickledger.ingestion;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What can be set; {@code defaults.properties} says what each is for. */
public record IngestionSettings(Http http, Kafka kafka) {

  public static final String DEFAULTS = "/io/clickledger/ingestion/defaults.properties";

  public IngestionSettings {
    if (http.stopTimeout().compareTo(kafka.deliveryTimeout()) <= 0) {
      throw new IllegalArgumentException(
          "http.stop-timeout must be longer than kafka.delivery-timeout (%s), was %s"
              .formatted(kafka.deliveryTimeout(), http.stopTimeout()));
    }
  }

  /** The side of the senders. */
  public record Http(
      String host,
      int port,
      int threads,
      int maxBodyBytes,
      int maxClicks,
      Duration bodyTimeout,
      List<String> trustedProxies,
      Duration stopTimeout) {

    private static final int MIN_THREADS = 8;
    private static final int LAST_PORT = 65_535;
    private static final Duration MIN_BODY_TIME = Duration.ofMillis(100);

    public Http {
      if (port < 0 || port > LAST_PORT) {
        throw new IllegalArgumentException("http.port must be 0..65535, was " + port);
      }
      if (threads < MIN_THREADS) {
        throw new IllegalArgumentException(
            "http.threads must be at least " + MIN_THREADS + ", was " + threads);
      }
      if (maxBodyBytes < 1) {
        throw new IllegalArgumentException(
            "http.max-body-bytes must be at least 1, was " + maxBodyBytes);
      }
      if (maxClicks < 1) {
        throw new IllegalArgumentException("http.max-clicks must be at least 1, was " + maxClicks);
      }
      if (bodyTimeout.compareTo(MIN_BODY_TIME) < 0) {
        throw new IllegalArgumentException(
            "http.body-timeout must be at least %s, was %s".formatted(MIN_BODY_TIME, bodyTimeout));
      }
      TrustedProxies.of(trustedProxies); // so that a bad network stops the start
    }
  }

  /** The side of the topic. */
  public record Kafka(
      String bootstrapServers,
      String clickTopic,
      Duration deliveryTimeout,
      Duration retryAfter,
      Duration linger,
      int maxWaitingBytes,
      int maxWaitingRequests,
      Optional<Path> clientProperties) {

    private static final Duration MIN_DELIVERY_TIMEOUT = Duration.ofMillis(100);

    public Kafka {
      if (deliveryTimeout.minus(linger).compareTo(MIN_DELIVERY_TIMEOUT) < 0) {
        throw new IllegalArgumentException(
            "kafka.delivery-timeout must be at least %s longer than kafka.linger (%s), was %s"
                .formatted(MIN_DELIVERY_TIMEOUT, linger, deliveryTimeout));
      }
      if (retryAfter.compareTo(Duration.ofSeconds(1)) < 0) {
        throw new IllegalArgumentException(
            "kafka.retry-after must be at least 1s, was " + retryAfter);
      }
      if (maxWaitingBytes < 1 || maxWaitingRequests < 1) {
        throw new IllegalArgumentException(
            "kafka.max-waiting-bytes and -requests must be at least 1, were %d and %d"
                .formatted(maxWaitingBytes, maxWaitingRequests));
      }
    }
  }
}
