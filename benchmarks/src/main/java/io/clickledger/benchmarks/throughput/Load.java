package io.clickledger.benchmarks.throughput;

import java.time.Duration;
import java.util.Optional;

/**
 * The simulated clicks that a topic is full of.
 *
 * @param span how long a time until now they are spread over
 * @param hotAd share of the clicks that one ad gets, where that is more than usual
 */
record Load(int records, Duration span, long seed, Optional<Double> hotAd) {

  Load withHotAd(double share) {
    return new Load(records, span, seed, Optional.of(share));
  }

  /** Name of the folder of its topic. */
  String folder() {
    return "topic-%d-%s-%d%s".formatted(records, span, seed, suffix());
  }

  /** Suffix of the folder of a run on it; empty for usual traffic. */
  String suffix() {
    return hotAd.map(share -> "-hot-ad-" + share).orElse("");
  }

  /** What is special about it; empty for usual traffic. */
  String skew() {
    return hotAd.map(share -> "hot ad of %.0f %%".formatted(100 * share)).orElse("");
  }
}
