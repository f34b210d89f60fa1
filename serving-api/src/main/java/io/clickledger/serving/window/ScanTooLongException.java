package io.clickledger.serving.window;

/** A scan was not done by its deadline. */
public final class ScanTooLongException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ScanTooLongException() {
    super("the rows of the window were not counted in time", null, false, false);
  }
}
