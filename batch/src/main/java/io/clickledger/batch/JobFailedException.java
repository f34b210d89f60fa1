package io.clickledger.batch;

/** A job cannot or must not go on; the message is all that the operator needs. */
public final class JobFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public JobFailedException(String message) {
    super(message);
  }
}
