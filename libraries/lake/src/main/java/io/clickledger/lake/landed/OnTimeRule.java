package io.clickledger.lake.landed;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Decides whether a click landed on time, that is shortly after clicked_at. Other clicks are in
 * partitions of their own. So a file of on-time rows has a narrow range of clicked_at and can be
 * pruned, and a commit has at most two files per task whatever the ages of its clicks.
 */
public final class OnTimeRule {
  /** Maximum time between clicked_at and landed_at, in either direction. */
  public static final Duration MAX_DISTANCE = Duration.ofHours(1);

  private static final long MAX_DISTANCE_MICROS =
      TimeUnit.MILLISECONDS.toMicros(MAX_DISTANCE.toMillis());

  private OnTimeRule() {}

  /** Both in microseconds since the epoch. */
  public static boolean isOnTime(long clickedAtMicros, long landedAtMicros) {
    return Math.abs(landedAtMicros - clickedAtMicros) <= MAX_DISTANCE_MICROS;
  }

  public static boolean isOnTime(Instant clickedAt, Instant landedAt) {
    return Duration.between(clickedAt, landedAt).abs().compareTo(MAX_DISTANCE) <= 0;
  }
}
