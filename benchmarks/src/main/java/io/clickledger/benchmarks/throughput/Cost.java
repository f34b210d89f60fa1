package io.clickledger.benchmarks.throughput;

import io.clickledger.benchmarks.driver.CpuSample;
import java.time.Duration;
import java.time.Instant;

/**
 * The cost of processing a number of clicks.
 *
 * @param skew of the clicks; empty for usual traffic
 */
record Cost(String name, String skew, long clicks, double seconds, double cpuSeconds) {

  static Cost between(
      String name, long clicks, Instant from, Instant to, CpuSample before, CpuSample after) {
    return new Cost(name, "", clicks, seconds(from, to), after.cpu() - before.cpu());
  }

  static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1_000.0;
  }

  Cost on(Load load) {
    return new Cost(name, load.skew(), clicks, seconds, cpuSeconds);
  }

  double perCpuSecond() {
    return clicks / cpuSeconds;
  }

  @Override
  public String toString() {
    return "%-62s %,10d clicks in %6.1f s: %,8.0f clicks/s; %6.1f CPU s: %,8.0f clicks per CPU-second"
        .formatted(
            skew.isEmpty() ? name : name + ", " + skew,
            clicks,
            seconds,
            clicks / seconds,
            cpuSeconds,
            perCpuSecond());
  }
}
