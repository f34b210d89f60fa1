package io.clickledger.sandbox.launcher.folder;

import io.clickledger.metadata.access.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** Passwords and keys of one data folder: made once, each in a file that only its owner reads. */
public record Secrets(DataFolder data) {

  public static final String CATALOG_PASSWORD = "catalog-password";
  public static final String HASH_KEY = "hash-key";
  public static final String PAYLOAD_KEY = "payload-key";
  public static final String S3_ACCESS_KEY = "s3-access-key";
  public static final String S3_SECRET_KEY = "s3-secret-key";

  private static final int KEY_BYTES = 32;

  /** The reference that a settings file holds in the secret's place. */
  public String reference(String name) {
    return "file:" + file(name);
  }

  public String reveal(String name) {
    try {
      return Files.readString(file(name)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("could not read the secret " + name, e);
    }
  }

  /** The name of the platform's own key of this role for the serving API. */
  public static String apiKey(Role role) {
    return "api-key-" + role;
  }

  /** A secret that is not made here, if it was kept. */
  public Optional<String> find(String name) {
    return Files.exists(data.secret(name)) ? Optional.of(reveal(name)) : Optional.empty();
  }

  /** Keeps a value in the place of the one before. */
  public void replace(String name, String value) {
    try {
      Files.deleteIfExists(data.secret(name));
    } catch (IOException e) {
      throw new UncheckedIOException("could not replace the secret " + name, e);
    }
    write(data.secret(name), value);
  }

  /** Returns the file of a secret, which now exists. */
  private Path file(String name) {
    Path file = data.secret(name);
    if (!Files.exists(file)) {
      byte[] key = new byte[KEY_BYTES];
      new SecureRandom().nextBytes(key);
      write(file, HexFormat.of().formatHex(key));
    }
    return file;
  }

  /** Keeps a value that is not made here. */
  public void keep(String name, String value) {
    if (!Files.exists(data.secret(name))) {
      write(data.secret(name), value);
    }
  }

  private static void write(Path file, String value) {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, value + "\n");
    } catch (FileAlreadyExistsException e) {
      // Another part needed the same secret at the same moment.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("could not write the secret " + file.getFileName(), e);
    }
  }
}
