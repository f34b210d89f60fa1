package io.clickledger.serving.pins;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How fresh the live numbers of a pin are.
 *
 * @param landedThrough newest landing batch counted; empty while nothing was
 * @param pendingLateClicks clicks before the seam that landed after the last billing run had read
 */
public record Freshness(Optional<Instant> landedThrough, long pendingLateClicks) {

  /** How long before {@code asOf} the newest counted batch landed; never below 0. */
  public OptionalLong secondsBehind(Instant asOf) {
    return landedThrough
        .map(landed -> OptionalLong.of(Math.max(0, Duration.between(landed, asOf).toSeconds())))
        .orElse(OptionalLong.empty());
  }
}
