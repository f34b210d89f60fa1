package io.clickledger.ingestion.spool;

/** The spool could not be opened, or could not keep a click; the message says why. */
public final class SpoolException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SpoolException(String message) {
    super(message);
  }

  SpoolException(String message, Throwable cause) {
    super(message, cause);
  }
}
