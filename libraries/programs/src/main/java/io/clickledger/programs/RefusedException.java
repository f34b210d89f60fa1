package io.clickledger.programs;

/** A program does not do what it was asked to: exit code {@link ExitCode#REFUSED}. */
public class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one sentence: what was asked, with the value, and what is allowed
   */
  public RefusedException(String message) {
    super(message);
  }

  public RefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
