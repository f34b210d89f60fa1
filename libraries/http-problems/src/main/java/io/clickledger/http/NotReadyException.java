package io.clickledger.http;

/** What a program depends on does not answer; the message is shown to whoever asks /ready. */
public final class NotReadyException extends Exception {

  private static final long serialVersionUID = 1L;

  public NotReadyException(String message) {
    super(message);
  }
}
