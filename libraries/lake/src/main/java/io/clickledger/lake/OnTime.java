package io.clickledger.lake;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Whether a click landed close to when it was clicked. Rows that did not are partitions of their
 * own: so a file of on-time rows holds a narrow range of times and is skipped by a reader of other
 * times, and a commit has at most two files per task whatever the ages of its clicks.
 */
public final class OnTime {
  /** Most time between click and landing, in either direction. */
  public static final Duration MAX_DISTANCE = Duration.ofHours(1);

  private static final long MAX_DISTANCE_MICROS =
      TimeUnit.MILLISECONDS.toMicros(MAX_DISTANCE.toMillis());

  private OnTime() {}

  /** Both in microseconds since the epoch. */
  public static boolean of(long clickedAtMicros, long landedAtMicros) {
    return Math.abs(landedAtMicros - clickedAtMicros) <= MAX_DISTANCE_MICROS;
  }

  public static boolean of(Instant clickedAt, Instant landedAt) {
    return Duration.between(clickedAt, landedAt).abs().compareTo(MAX_DISTANCE) <= 0;
  }
}
