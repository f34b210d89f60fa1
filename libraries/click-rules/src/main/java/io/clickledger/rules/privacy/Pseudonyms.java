package io.clickledger.rules.privacy;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keyed pseudonyms of user ids and addresses: the same text gives the same pseudonym for as long as
 * the key stays, and nobody without the key can find the text by trying. Safe for use by many
 * threads.
 */
public final class Pseudonyms implements Serializable {

  private static final long serialVersionUID = 1;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int MIN_KEY_BYTES = 16;
  private static final int PSEUDONYM_BYTES = 16;

  private final String keyId;
  private final byte[] key;

  /** A Mac is not for two threads: each call takes its own copy of this one, keyed already. */
  private transient volatile Mac keyed;

  public Pseudonyms(String keyId, byte[] key) {
    this.keyId = Objects.requireNonNull(keyId, "keyId");
    this.key = key.clone();
    if (key.length < MIN_KEY_BYTES) {
      throw new IllegalArgumentException(
          "key %s must have at least %d bytes, had %d".formatted(keyId, MIN_KEY_BYTES, key.length));
    }
  }

  /** Which key makes these pseudonyms; stands beside them in every row. */
  public String keyId() {
    return keyId;
  }

  /** The first 16 bytes of HMAC-SHA256 over the text in UTF-8, as 32 hex digits. */
  public String of(String text) {
    byte[] hash = mac().doFinal(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, PSEUDONYM_BYTES);
  }

  /** A secret number for one purpose, derived from the key; the same at every start. */
  public long secret(String purpose) {
    return Long.parseUnsignedLong(of(purpose), 0, Long.BYTES * 2, 16);
  }

  @Override
  public String toString() {
    return "Pseudonyms[keyId=" + keyId + "]";
  }

  private Mac mac() {
    try {
      Mac mac = keyed;
      if (mac == null) {
        mac = Mac.getInstance(ALGORITHM);
        mac.init(new SecretKeySpec(key, ALGORITHM));
        keyed = mac;
      }
      return (Mac) mac.clone();
    } catch (GeneralSecurityException | CloneNotSupportedException e) {
      throw new IllegalStateException("this Java runtime has no usable " + ALGORITHM, e);
    }
  }
}
