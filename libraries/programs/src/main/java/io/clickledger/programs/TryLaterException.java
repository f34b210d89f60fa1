package io.clickledger.programs;

/** Somebody else is at it, or something is away: exit code {@link ExitCode#TRY_LATER}. */
public final class TryLaterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one sentence: what stands in the way
   */
  public TryLaterException(String message) {
    super(message);
  }

  public TryLaterException(String message, Throwable cause) {
    super(message, cause);
  }
}
