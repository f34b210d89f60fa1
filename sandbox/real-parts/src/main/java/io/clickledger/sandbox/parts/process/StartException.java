package io.clickledger.sandbox.parts.process;

import java.util.OptionalInt;

/** A part could not be started, or did not answer in time; the message says which and why. */
public final class StartException extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private static final int NO_STATUS = 0;

  private final int exitStatus;

  public StartException(String message) {
    this(message, NO_STATUS);
  }

  /**
   * @param exitStatus with which it ended
   */
  public StartException(String message, int exitStatus) {
    super(message);
    this.exitStatus = exitStatus;
  }

  public StartException(String message, Throwable cause) {
    super(message, cause);
    this.exitStatus = NO_STATUS;
  }

  /** With which status the process ended, where it did. */
  public OptionalInt exitStatus() {
    return exitStatus == NO_STATUS ? OptionalInt.empty() : OptionalInt.of(exitStatus);
  }
}
