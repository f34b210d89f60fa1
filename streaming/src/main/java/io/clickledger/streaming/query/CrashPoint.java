package io.clickledger.streaming.query;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The points of a batch at which a kill tests recovery. With the system property {@code
 * clickledger.halt-at=STEP:N} the driver halts, as by SIGKILL, when it reaches the step for the Nth
 * time; {@code ./clickledger faults} does so. Without it, a step is one comparison.
 */
public enum CrashPoint {
  LAND_BEFORE_FILES,
  LAND_FILES_WRITTEN,
  LAND_CLICKS_COMMITTED,
  LAND_BOTH_COMMITTED,
  COUNT_BEFORE_FILES,
  COUNT_FILES_WRITTEN,
  COUNT_FLAGGED_COMMITTED,
  COUNT_LIVE_COMMITTED,
  REBUILD_FILES_WRITTEN,
  REBUILD_FLAGGED_COMMITTED,
  REBUILD_LIVE_COMMITTED;

  private static final int KILLED = 137;

  /** The step at which the driver halts, and how often it is still to be reached before that. */
  private static final class HaltPoint {
    private static final String[] AT =
        System.getProperty("clickledger.halt-at", ":0").split(":", 2);
    private static final AtomicInteger LEFT = new AtomicInteger(Integer.parseInt(AT[1]));
  }

  private final boolean halts = name().equals(HaltPoint.AT[0]);

  public void reached() {
    if (halts && HaltPoint.LEFT.decrementAndGet() == 0) {
      Runtime.getRuntime().halt(KILLED);
    }
  }
}
