package io.clickledger.rules.privacy;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts the payloads of rejected records with AES-256-GCM: 12 bytes nonce, then ciphertext and
 * tag. The same payload and key give the same bytes, so landing a batch again writes the same rows.
 */
public final class PayloadCipher implements Serializable {

  private static final long serialVersionUID = 1;

  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;

  private final String keyId;
  private final byte[] key;

  /*
   * GCM breaks when one nonce meets two payloads. The nonce is a keyed hash of the payload (the idea
   * of RFC 8452), under a key derived for that alone: two payloads share one as rarely as two random
   * nonces do, and landing needs no source of randomness. All that shows is that two encrypted
   * payloads are equal.
   */
  private final byte[] nonceKey;

  public PayloadCipher(String keyId, byte[] key) {
    this.keyId = Objects.requireNonNull(keyId, "keyId");
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "key %s must have %d bytes, had %d".formatted(keyId, KEY_BYTES, key.length));
    }
    this.key = key.clone();
    this.nonceKey = hmac(key, "clickledger payload nonce".getBytes(StandardCharsets.US_ASCII));
  }

  /** Which key encrypts; stands beside the payload in every row. */
  public String keyId() {
    return keyId;
  }

  /** The payload, encrypted. */
  public byte[] encrypt(byte[] payload) {
    byte[] nonce = hmac(nonceKey, payload);
    try {
      byte[] encrypted = new byte[NONCE_BYTES + payload.length + TAG_BYTES];
      System.arraycopy(nonce, 0, encrypted, 0, NONCE_BYTES);
      cipher(Cipher.ENCRYPT_MODE, encrypted)
          .doFinal(payload, 0, payload.length, encrypted, NONCE_BYTES);
      return encrypted;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot encrypt a payload under key " + keyId, e);
    }
  }

  /**
   * The payload that was encrypted under this key.
   *
   * @throws IllegalArgumentException where it was encrypted under another key, or changed since
   */
  public byte[] decrypt(byte[] encrypted) {
    if (encrypted.length < NONCE_BYTES + TAG_BYTES) {
      throw new IllegalArgumentException(
          "an encrypted payload must have at least %d bytes, had %d"
              .formatted(NONCE_BYTES + TAG_BYTES, encrypted.length));
    }
    try {
      return cipher(Cipher.DECRYPT_MODE, encrypted)
          .doFinal(encrypted, NONCE_BYTES, encrypted.length - NONCE_BYTES);
    } catch (AEADBadTagException e) {
      throw new IllegalArgumentException(
          "the payload must be one encrypted under key %s and unchanged".formatted(keyId), e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot decrypt a payload under key " + keyId, e);
    }
  }

  @Override
  public String toString() {
    return "PayloadCipher[keyId=" + keyId + "]";
  }

  private Cipher cipher(int mode, byte[] startingWithNonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(key, "AES"),
        new GCMParameterSpec(TAG_BYTES * Byte.SIZE, startingWithNonce, 0, NONCE_BYTES));
    return cipher;
  }

  private static byte[] hmac(byte[] key, byte[] text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no usable HmacSHA256", e);
    }
  }
}
