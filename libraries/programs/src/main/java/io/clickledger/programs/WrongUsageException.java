package io.clickledger.programs;

/**
 * An option has a wrong value, or options contradict each other: exit code {@link
 * ExitCode#WRONG_USAGE}.
 */
public final class WrongUsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one sentence: what was given, and what is allowed
   */
  public WrongUsageException(String message) {
    super(message);
  }
}
