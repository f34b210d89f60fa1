package io.clickledger.serving.access;

import java.time.Duration;

/**
 * Who may ask, and how much.
 *
 * @param maxKeysAge for how long keys open anything that cannot be read again
 * @param requestsPerSecond of one principal, over a longer time
 * @param burst how many requests of one principal may come at once
 * @param concurrentRequests of one principal
 */
public record AccessSettings(
    Duration maxKeysAge,
    int requestsPerSecond,
    int burst,
    int concurrentRequests,
    TokenSettings tokens) {

  public AccessSettings {
    if (maxKeysAge.toSeconds() < 10) {
      throw new IllegalArgumentException("max-keys-age must be at least 10s, was " + maxKeysAge);
    }
    requirePositive("requests-per-second", requestsPerSecond);
    requirePositive("burst", burst);
    requirePositive("concurrent-requests", concurrentRequests);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, was " + value);
    }
  }
}
