package io.clickledger.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * A value that no log, message or dump shows. In settings it is only referred to: {@code env:NAME}
 * or {@code file:/path}.
 */
public final class Secret {

  static final String ALLOWED =
      "env:NAME or file:/path, so that the secret itself stands in no settings file";

  private final String value;

  private Secret(String value) {
    this.value = Objects.requireNonNull(value);
  }

  public static Secret of(String value) {
    return new Secret(value);
  }

  /**
   * The secret that {@code env:NAME} or {@code file:/path} refers to.
   *
   * @throws IllegalArgumentException saying what is wrong without the text itself, which may be a
   *     secret put in the wrong place
   */
  public static Secret referredToBy(String reference, Map<String, String> env) {
    if (reference.startsWith("env:") && reference.length() > 4) {
      String name = reference.substring(4);
      String value = env.get(name);
      if (value == null || value.isEmpty()) {
        throw new IllegalArgumentException("environment variable " + name + " is not set");
      }
      return new Secret(value);
    }
    if (reference.startsWith("file:/")) {
      return inFile(Path.of(reference.substring("file:".length())));
    }
    throw new IllegalArgumentException("must be " + ALLOWED + " (the given text is not shown)");
  }

  private static Secret inFile(Path file) {
    try {
      String value = Files.readString(file).strip();
      if (value.isEmpty()) {
        throw new IllegalArgumentException("secret file " + file + " is empty");
      }
      return new Secret(value);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "secret file " + file + " cannot be read (" + e.getClass().getSimpleName() + ")", e);
    }
  }

  /** The value itself, for the call that needs it and nothing else. */
  public String reveal() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && secret.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "****";
  }
}
