package io.clickledger.serving.reports.query;

import java.time.Duration;

/** What reports may cost. */
public record ReportSettings(
    Duration pinAge,
    int maxRows,
    int maxPeriods,
    int maxSketches,
    Duration liveKept,
    int maxDays,
    Duration scanTimeout,
    int cachedMebibytes) {

  public ReportSettings {
    requirePositive("max-rows", maxRows);
    requirePositive("max-periods", maxPeriods);
    requirePositive("max-sketches", maxSketches);
    requirePositive("max-days", maxDays);
    requirePositive("cached-mebibytes", cachedMebibytes);
    if (scanTimeout.toMillis() < 1) {
      throw new IllegalArgumentException("scan-timeout must be at least 1ms, was " + scanTimeout);
    }
    if (liveKept.toHours() < 1) {
      throw new IllegalArgumentException("live-kept must be at least 1h, was " + liveKept);
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, was " + value);
    }
  }
}
