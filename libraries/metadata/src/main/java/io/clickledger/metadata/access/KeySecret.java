package io.clickledger.metadata.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key as its owner has it: {@code clk_ID_SECRET}. The id is found in lists and logs; the secret,
 * 256 random bits, is shown once and kept nowhere. The prefix lets scanners of repositories find
 * keys that were committed.
 */
public final class KeySecret {

  private static final String PREFIX = "clk_";
  private static final Pattern FORM = Pattern.compile("clk_([a-z2-7]{12})_([A-Za-z0-9_-]{43})");
  private static final char[] ID_CHARACTERS = "abcdefghijklmnopqrstuvwxyz234567".toCharArray();
  private static final int ID_LENGTH = 12;
  private static final int SECRET_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String id;
  private final String text;

  private KeySecret(String id, String text) {
    this.id = id;
    this.text = text;
  }

  /** A key that nobody has. */
  static KeySecret random() {
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < ID_LENGTH; i++) {
      id.append(ID_CHARACTERS[RANDOM.nextInt(ID_CHARACTERS.length)]);
    }
    byte[] secret = new byte[SECRET_BYTES];
    RANDOM.nextBytes(secret);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    return new KeySecret(id.toString(), PREFIX + id + "_" + text);
  }

  /** The key that a request gives; empty where the text is none. */
  public static Optional<KeySecret> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(new KeySecret(matcher.group(1), text))
        : Optional.empty();
  }

  /** Its public half. */
  public String id() {
    return id;
  }

  /** The key itself, for the one time that it is shown. */
  public String reveal() {
    return text;
  }

  /** What is kept of it. */
  byte[] hash() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether it is the key that the hash was kept of; how long that takes says nothing of it. */
  boolean hasHash(byte[] kept) {
    return MessageDigest.isEqual(hash(), kept);
  }

  @Override
  public String toString() {
    return PREFIX + id + "_***";
  }
}
