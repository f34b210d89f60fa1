package io.clickledger.lake.commit;

/**
 * A batch does not start at the position of the table's newest commit of its query; nothing was
 * changed.
 */
public final class PositionConflictException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PositionConflictException(String message, Throwable cause) {
    super(message, cause);
  }
}
