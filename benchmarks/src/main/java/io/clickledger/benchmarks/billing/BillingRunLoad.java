package io.clickledger.benchmarks.billing;

import io.clickledger.sandbox.simulator.traffic.Trouble;
import java.time.Duration;
import java.util.Optional;

/**
 * What a billing run has to do.
 *
 * @param clicks records of the day that becomes final
 * @param earlierDays days before it that are published, each as large as the day
 * @param lateShare share of the records that are clicks of those days
 * @param landing how far apart landings are
 * @param live whether live has counted the clicks
 */
record BillingRunLoad(
    int clicks, int earlierDays, double lateShare, Duration landing, long seed, boolean live) {

  BillingRunLoad withClicks(int number) {
    return new BillingRunLoad(number, earlierDays, lateShare, landing, seed, live);
  }

  /** A day that nothing was before. */
  BillingRunLoad alone() {
    return new BillingRunLoad(clicks, 0, 0, landing, seed, live);
  }

  /** Usual trouble, and farms, whose clicks match rules on velocity. */
  Trouble trouble() {
    return Trouble.USUAL.with("farms=0.0002,late=" + (earlierDays == 0 ? 0 : lateShare));
  }

  /** Late clicks are of any age up to this, evenly. */
  Optional<Duration> lateUpTo() {
    return earlierDays == 0 ? Optional.empty() : Optional.of(Duration.ofDays(earlierDays));
  }

  @Override
  public String toString() {
    return "%,d clicks%s%s"
        .formatted(
            clicks,
            earlierDays == 0
                ? ""
                : ", %d earlier days, %.1f %% late".formatted(earlierDays, 100 * lateShare),
            live ? "" : ", not counted live");
  }
}
