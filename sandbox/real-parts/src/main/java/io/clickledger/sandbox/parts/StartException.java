package io.clickledger.sandbox.parts;

/** A part could not be started, or did not answer in time; the message says which and why. */
public final class StartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StartException(String message) {
    super(message);
  }

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
