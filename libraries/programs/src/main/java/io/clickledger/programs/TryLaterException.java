package io.clickledger.programs;

/**
 * Another process holds the lock, or a service is unavailable: exit code {@link
 * ExitCode#TRY_LATER}.
 */
public final class TryLaterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one sentence: the reason
   */
  public TryLaterException(String message) {
    super(message);
  }

  public TryLaterException(String message, Throwable cause) {
    super(message, cause);
  }
}
