package io.clickledger.sandbox.parts.process;

import java.nio.file.Path;

/** Where programs of others are kept unpacked, once for all checkouts. */
public final class CacheFolder {

  private CacheFolder() {}

  /** The system property {@code clickledger.cache}, else {@code ~/.cache/clickledger}. */
  public static Path path() {
    String given = System.getProperty("clickledger.cache");
    return given == null
        ? Path.of(System.getProperty("user.home"), ".cache", "clickledger")
        : Path.of(given).toAbsolutePath();
  }
}
