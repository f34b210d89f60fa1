package io.clickledger.sandbox.parts;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Asks again and again until the answer is yes or the time is up. */
public final class Waiting {

  // Long enough that asking costs the one that starts nothing on a small machine.
  private static final long PAUSE_MILLIS = 100;

  private Waiting() {}

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
