package io.clickledger.serving.window;

import java.time.Duration;

/**
 * What the window holds.
 *
 * @param mebibytes most memory; 0 for no window
 * @param days final days, before the seam
 * @param minutes how far back minutes reach
 * @param refresh pause between two looks for new commits
 * @param staleAfter how long after the last look an answer is marked
 */
public record WindowSettings(
    int mebibytes, int days, Duration minutes, Duration refresh, Duration staleAfter) {

  public WindowSettings {
    if (mebibytes < 0) {
      throw new IllegalArgumentException("mebibytes must be at least 0, was " + mebibytes);
    }
    if (days < 1) {
      throw new IllegalArgumentException("days must be at least 1, was " + days);
    }
    if (minutes.toMinutes() < 1) {
      throw new IllegalArgumentException("minutes must be at least 1m, was " + minutes);
    }
    if (staleAfter.compareTo(refresh) < 0) {
      throw new IllegalArgumentException("stale-after must be at least refresh, was " + staleAfter);
    }
    if (refresh.toMillis() < 1) {
      throw new IllegalArgumentException("refresh must be at least 1ms, was " + refresh);
    }
  }

  public boolean isOn() {
    return mebibytes > 0;
  }

  long maxBytes() {
    return (long) mebibytes << 20;
  }
}
