package io.clickledger.serving.trino;

import io.clickledger.settings.Secret;
import java.time.Duration;
import java.util.Optional;

/**
 * Where Trino is and how much of it the API may take at once.
 *
 * @param concurrentQueries of users
 * @param requestsPerKey how many requests of one key may be with Trino at once
 */
public record TrinoSettings(
    String url,
    String user,
    Optional<Secret> password,
    Duration queryTimeout,
    int concurrentQueries,
    int waitingQueries,
    int requestsPerKey) {

  public TrinoSettings {
    if (!url.startsWith("jdbc:trino://")) {
      throw new IllegalArgumentException("url must start with jdbc:trino://, was " + url);
    }
    if (queryTimeout.toSeconds() < 1) {
      throw new IllegalArgumentException("query-timeout must be at least 1s, was " + queryTimeout);
    }
    if (concurrentQueries < 1) {
      throw new IllegalArgumentException(
          "concurrent-queries must be at least 1, was " + concurrentQueries);
    }
    if (waitingQueries < 1) {
      throw new IllegalArgumentException(
          "waiting-queries must be at least 1, was " + waitingQueries);
    }
    if (requestsPerKey < 1) {
      throw new IllegalArgumentException(
          "requests-per-key must be at least 1, was " + requestsPerKey);
    }
  }
}
