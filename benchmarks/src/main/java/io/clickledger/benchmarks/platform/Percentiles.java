package io.clickledger.benchmarks.platform;

import java.util.Arrays;

/** How a measure was distributed, in seconds. */
record Percentiles(long[] sortedMillis) {

  static Percentiles of(long[] millis) {
    long[] sorted = millis.clone();
    Arrays.sort(sorted);
    return new Percentiles(sorted);
  }

  private double seconds(double share) {
    return sortedMillis.length == 0
        ? Double.NaN
        : sortedMillis[(int) Math.ceil(share * sortedMillis.length) - 1] / 1_000.0;
  }

  @Override
  public String toString() {
    return "p50 %.1f s, p90 %.1f s, p99 %.1f s, most %.1f s"
        .formatted(seconds(0.5), seconds(0.9), seconds(0.99), seconds(1));
  }
}
