package io.clickledger.metadata.access;

/** A key that somebody wants to change is not there, or cannot be changed like this. */
public final class UnknownKeyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnknownKeyException(String keyId, String reason) {
    super("key %s %s".formatted(keyId, reason));
  }
}
