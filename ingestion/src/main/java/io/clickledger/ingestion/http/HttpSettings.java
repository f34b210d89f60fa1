package io.clickledger.ingestion.http;

import io.clickledger.http.CrossOrigin;
import java.time.Duration;
import java.util.List;

/**
 * The side of the senders.
 *
 * @param corsOrigins whose scripts may post JSON and read answers
 */
public record HttpSettings(
    String host,
    int port,
    int threads,
    int maxHeadBytes,
    int maxBodyBytes,
    int maxClicks,
    Duration bodyTimeout,
    List<String> trustedProxies,
    List<String> corsOrigins,
    Duration stopTimeout) {

  private static final int MIN_THREADS = 8;
  private static final int MIN_HEAD_BYTES = 4096;
  private static final int LAST_PORT = 65_535;
  private static final Duration MIN_BODY_TIME = Duration.ofMillis(100);

  public HttpSettings {
    if (port < 0 || port > LAST_PORT) {
      throw new IllegalArgumentException("port must be 0..65535, was " + port);
    }
    if (threads < MIN_THREADS) {
      throw new IllegalArgumentException(
          "threads must be at least " + MIN_THREADS + ", was " + threads);
    }
    if (maxHeadBytes < MIN_HEAD_BYTES) {
      throw new IllegalArgumentException(
          "max-head-bytes must be at least " + MIN_HEAD_BYTES + ", was " + maxHeadBytes);
    }
    if (maxBodyBytes < 1) {
      throw new IllegalArgumentException("max-body-bytes must be at least 1, was " + maxBodyBytes);
    }
    if (maxClicks < 1) {
      throw new IllegalArgumentException("max-clicks must be at least 1, was " + maxClicks);
    }
    if (bodyTimeout.compareTo(MIN_BODY_TIME) < 0) {
      throw new IllegalArgumentException(
          "body-timeout must be at least %s, was %s".formatted(MIN_BODY_TIME, bodyTimeout));
    }
    TrustedProxies.of(trustedProxies); // so that a bad network stops the start
    corsOrigins = CrossOrigin.requireOrigins(corsOrigins);
  }
}
