package io.clickledger.lake;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The right to write one group of nightly tables, held by at most one process: an advisory lock of
 * PostgreSQL. It ends with its connection, so the lock of a killed process is free again.
 */
public final class NightLock implements AutoCloseable {
  private final Connection connection;
  private final String group;

  private NightLock(Connection connection, String group) {
    this.connection = connection;
    this.group = group;
  }

  /**
   * Takes the lock of the group; empty while another process holds it.
   *
   * @param database gives connections of its own, not of a pool: closing one must end it
   */
  public static Optional<NightLock> take(DataSource database, String group) {
    try {
      Connection connection = database.getConnection();
      boolean taken = false;
      try (PreparedStatement lock = connection.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
        lock.setLong(1, key(group));
        try (ResultSet result = lock.executeQuery()) {
          result.next();
          taken = result.getBoolean(1);
        }
      } finally {
        if (!taken) {
          connection.close();
        }
      }
      return taken ? Optional.of(new NightLock(connection, group)) : Optional.empty();
    } catch (SQLException e) {
      throw new IllegalStateException("taking the lock of " + group + ": " + e.getMessage(), e);
    }
  }

  /**
   * Fails unless the lock is still ours: its connection may have been lost, and with it the lock.
   */
  public void requireHeld() {
    try {
      if (connection.isValid(10)) {
        return;
      }
    } catch (SQLException e) {
      throw new IllegalStateException("asking for the lock of " + group + ": " + e.getMessage(), e);
    }
    throw new IllegalStateException(
        "the lock of " + group + " was lost with its connection to PostgreSQL");
  }

  /** Gives the lock back. */
  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("giving back the lock of " + group, e);
    }
  }

  /** Advisory locks are numbers: the first eight bytes of the name's SHA-256. */
  private static long key(String group) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(("clickledger/" + group).getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
