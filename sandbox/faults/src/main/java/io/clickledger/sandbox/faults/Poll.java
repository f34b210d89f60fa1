package io.clickledger.sandbox.faults;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** Lets time pass: so much of it, or until something is true. */
final class Poll {
  // Most questions go to the catalog, on the cores that the driver works on.
  private static final int BETWEEN_QUESTIONS_MILLIS = 250;

  private Poll() {}

  /** A question that may need a file or the catalog. */
  @FunctionalInterface
  interface Question {
    boolean isTrue() throws IOException;
  }

  /** Whether it became true in time. */
  static boolean until(Duration limit, Question question) throws IOException {
    Instant end = Instant.now().plus(limit);
    while (!question.isTrue()) {
      if (Instant.now().isAfter(end)) {
        return false;
      }
      pause(BETWEEN_QUESTIONS_MILLIS);
    }
    return true;
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
