package io.clickledger.sandbox.parts.process;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Polls a condition until it is true or the time is over. */
public final class Poll {

  // Long enough that asking costs the one that starts nothing on a small machine.
  private static final long PAUSE_MILLIS = 100;

  private Poll() {}

  /** Whether the answer became yes within the limit. */
  public static boolean until(Duration limit, BooleanSupplier answer) {
    long end = System.nanoTime() + limit.toNanos();
    while (!answer.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      pause();
    }
    return true;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while waiting", e);
    }
  }
}
