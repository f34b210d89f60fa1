package io.clickledger.ingestion.delivery;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The side of the topic. */
public record KafkaSettings(
    String bootstrapServers,
    String clickTopic,
    Duration deliveryTimeout,
    Duration retryAfter,
    Duration linger,
    int maxWaitingBytes,
    int maxWaitingRequests,
    Optional<Path> clientProperties) {

  private static final Duration MIN_DELIVERY_TIMEOUT = Duration.ofMillis(100);

  public KafkaSettings {
    if (deliveryTimeout.minus(linger).compareTo(MIN_DELIVERY_TIMEOUT) < 0) {
      throw new IllegalArgumentException(
          "delivery-timeout must be at least %s longer than kafka.linger (%s), was %s"
              .formatted(MIN_DELIVERY_TIMEOUT, linger, deliveryTimeout));
    }
    if (retryAfter.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("retry-after must be at least 1s, was " + retryAfter);
    }
    if (maxWaitingBytes < 1) {
      throw new IllegalArgumentException(
          "max-waiting-bytes must be at least 1, was " + maxWaitingBytes);
    }
    if (maxWaitingRequests < 1) {
      throw new IllegalArgumentException(
          "max-waiting-requests must be at least 1, was " + maxWaitingRequests);
    }
  }
}
