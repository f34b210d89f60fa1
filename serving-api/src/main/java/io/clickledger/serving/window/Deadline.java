package io.clickledger.serving.window;

import java.time.Duration;

/** When a scan must have ended, so that one that reads very much leaves room for others. */
public final class Deadline {

  /** A look at the clock takes as long as several rows do. */
  private static final int CHECKS_A_LOOK = 64;

  private final long endNanos;
  private int checks;

  private Deadline(long endNanos) {
    this.endNanos = endNanos;
  }

  public static Deadline in(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos());
  }

  /** Whether it is over. */
  public boolean isOver() {
    return System.nanoTime() - endNanos > 0;
  }

  /**
   * Call it often.
   *
   * @throws ScanTooLongException where it is over
   */
  void check() {
    if (checks++ % CHECKS_A_LOOK == 0 && isOver()) {
      throw new ScanTooLongException();
    }
  }
}
