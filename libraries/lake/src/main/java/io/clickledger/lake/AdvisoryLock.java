package io.clickledger.lake;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The right to do one kind of work on one lake, held by at most one process: an advisory lock of
 * PostgreSQL. It ends with its connection, so the lock of a killed process is free again.
 */
public final class AdvisoryLock implements AutoCloseable {
  private static final int MAX_ANSWER_SECONDS = 10;
  private static final Duration POLL = Duration.ofMillis(250);

  // With these settings PostgreSQL notices a dead machine within 25 s; the system's default is two
  // hours.
  private static final String KEEPALIVES =
      "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3";

  private static final String HOLDER =
      """
      SELECT activity.pid, application_name, client_addr, backend_start
      FROM pg_locks
      JOIN pg_database ON pg_database.oid = pg_locks.database AND datname = current_database()
      JOIN pg_stat_activity AS activity ON activity.pid = pg_locks.pid
      WHERE locktype = 'advisory' AND granted AND objsubid = 1
        AND (classid::bigint << 32) | objid::bigint = ?
      """;

  private final Connection connection;
  private final String work;
  private final Holder self;

  private AdvisoryLock(Connection connection, String work, Holder self) {
    this.connection = connection;
    this.work = work;
    this.self = self;
  }

  /**
   * Who holds a lock, as PostgreSQL says.
   *
   * @param session process id of the session in PostgreSQL
   * @param application the name that the program gave its session
   * @param address where the session comes from; empty for who may not see it
   * @param since when the session began; empty for who may not see it
   */
  public record Holder(
      int session, String application, Optional<String> address, Optional<Instant> since) {
    @Override
    public String toString() {
      return "%s (session %d of PostgreSQL%s%s)"
          .formatted(
              application,
              session,
              address.map(from -> " from " + from).orElse(""),
              since.map(begin -> " since " + begin).orElse(""));
    }
  }

  /** Another process holds the lock. */
  public static final class HeldException extends Exception {
    private static final long serialVersionUID = 1L;

    HeldException(String work, Holder holder) {
      super("the lock of %s is held by %s".formatted(work, holder));
    }
  }

  /**
   * Takes the lock of this work; empty while another process holds it.
   *
   * @param database a source of unpooled connections: closing one must end its session
   * @param work belongs to the lake whose catalog is in the connection's current schema: one
   *     database may have the catalogs of several lakes
   */
  public static Optional<AdvisoryLock> take(DataSource database, String work) {
    try {
      Connection connection = database.getConnection();
      boolean kept = false;
      try {
        prepare(connection, work);
        long key = key(connection, work);
        if (!tryLock(connection, key)) {
          return Optional.empty();
        }
        AdvisoryLock lock =
            new AdvisoryLock(connection, work, holder(connection, key).orElseThrow());
        kept = true;
        return Optional.of(lock);
      } finally {
        if (!kept) {
          connection.close();
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("taking the lock of " + work + ": " + e.getMessage(), e);
    }
  }

  /**
   * Takes the lock of this work, or fails with who has it.
   *
   * @param maxWait how long to wait where another process has it: the lock of a process that was
   *     killed is soon free
   */
  public static AdvisoryLock await(DataSource database, String work, Duration maxWait)
      throws HeldException {
    Instant end = Instant.now().plus(maxWait);
    while (true) {
      Optional<AdvisoryLock> lock = take(database, work);
      if (lock.isPresent()) {
        return lock.get();
      }
      Optional<Holder> holder = holder(database, work);
      if (holder.isPresent() && Instant.now().isAfter(end)) {
        throw new HeldException(work, holder.get());
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a lock", e);
    }
  }

  /**
   * Sets the name of the session before the lock is taken, so that refusals can show it, and a
   * timeout for every answer.
   */
  private static void prepare(Connection connection, String work) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, MAX_ANSWER_SECONDS * 1_000);
    connection.setClientInfo(
        "ApplicationName",
        "clickledger %s, process %d".formatted(work, ProcessHandle.current().pid()));
    try (Statement statement = connection.createStatement()) {
      statement.execute(KEEPALIVES);
    }
  }

  private static boolean tryLock(Connection connection, long key) throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
      lock.setLong(1, key);
      try (ResultSet result = lock.executeQuery()) {
        result.next();
        return result.getBoolean(1);
      }
    }
  }

  /** Who holds the lock of this work now; empty where nobody does. */
  public static Optional<Holder> holder(DataSource database, String work) {
    try (Connection connection = database.getConnection()) {
      return holder(connection, key(connection, work));
    } catch (SQLException e) {
      throw new IllegalStateException(
          "asking who holds the lock of " + work + ": " + e.getMessage(), e);
    }
  }

  private static Optional<Holder> holder(Connection connection, long key) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(HOLDER)) {
      query.setLong(1, key);
      try (ResultSet result = query.executeQuery()) {
        if (!result.next()) {
          return Optional.empty();
        }
        return Optional.of(
            new Holder(
                result.getInt(1),
                result.getString(2),
                Optional.ofNullable(result.getString(3)),
                Optional.ofNullable(result.getObject(4, OffsetDateTime.class))
                    .map(OffsetDateTime::toInstant)));
      }
    }
  }

  /** This process, as PostgreSQL knew it when the lock was taken. */
  public Holder self() {
    return self;
  }

  /** Whether the lock is still ours: its connection may have been lost, and with it the lock. */
  public boolean isHeld() {
    try {
      return connection.isValid(MAX_ANSWER_SECONDS);
    } catch (SQLException e) {
      throw new IllegalStateException("asking for the lock of " + work + ": " + e.getMessage(), e);
    }
  }

  /** Fails unless the lock is still ours. */
  public void requireHeld() {
    if (!isHeld()) {
      throw new IllegalStateException(
          "the lock of " + work + " was lost with its connection to PostgreSQL");
    }
  }

  /** Gives the lock back. */
  @Override
  public void close() {
    try (connection) {
      // PostgreSQL ends a session some time after its connection was closed, and whoever comes next
      // must not find the lock held. A session that is gone has no lock to give back.
      if (connection.isValid(MAX_ANSWER_SECONDS)) {
        try (Statement statement = connection.createStatement()) {
          statement.execute("SELECT pg_advisory_unlock_all()");
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("giving back the lock of " + work, e);
    }
  }

  /** Advisory locks are numbers: the first eight bytes of a name's SHA-256. */
  private static long key(Connection connection, String work) throws SQLException {
    String name = "clickledger/" + connection.getSchema() + "/" + work;
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
