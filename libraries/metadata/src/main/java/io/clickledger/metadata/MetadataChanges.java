package io.clickledger.metadata;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Tells a listener of each change of the metadata as soon as it is committed, over a connection of
 * its own. While that is lost, nothing is told; when it is there again, a change is told in any
 * case, because one may have been missed. So a listener needs another way to find changes as well,
 * a slower one.
 */
public final class MetadataChanges implements AutoCloseable {

  /** What the database sends its notifications on. */
  private static final String CHANNEL = "clickledger_metadata";

  /** How PostgreSQL lists the session. */
  private static final String APPLICATION = "clickledger metadata changes";

  /** How long a connection may be silent before it is asked whether it still stands. */
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(10);

  private static final Duration RECONNECT_INTERVAL = Duration.ofSeconds(2);

  private static final Duration MAX_CHECK = Duration.ofSeconds(5);

  private final DataSource database;
  private final Listener listener;
  private final Thread thread;
  private volatile boolean closed;
  private volatile Connection connection;

  /** Who is told, on one thread. */
  public interface Listener {
    /** Something may have changed. */
    void changed();

    /** From now on changes are not told; said once for each loss. */
    void lost(SQLException cause);

    /** Changes are told again. */
    void regained();
  }

  private MetadataChanges(DataSource database, Listener listener) {
    this.database = database;
    this.listener = listener;
    this.thread = new Thread(this::listen, "metadata-changes");
    this.thread.setDaemon(true);
  }

  /** Begins at once and goes on until it is closed, whether or not the database answers yet. */
  public static MetadataChanges tell(DataSource database, Listener listener) {
    MetadataChanges changes = new MetadataChanges(database, listener);
    changes.thread.start();
    return changes;
  }

  private void listen() {
    boolean lost = false;
    while (!closed) {
      try (Connection opened = database.getConnection();
          Statement statement = opened.createStatement()) {
        connection = opened;
        opened.setClientInfo("ApplicationName", APPLICATION);
        statement.execute("LISTEN " + CHANNEL);
        if (lost) {
          lost = false;
          listener.regained();
        }
        // What was committed before the LISTEN is not told by it.
        listener.changed();
        tellChanges(opened);
      } catch (SQLException e) {
        if (!closed && !lost) {
          lost = true;
          listener.lost(e);
        }
      }
      awaitReconnection();
    }
  }

  private void tellChanges(Connection opened) throws SQLException {
    PGConnection notifications = opened.unwrap(PGConnection.class);
    while (!closed) {
      PGNotification[] told =
          notifications.getNotifications(Math.toIntExact(CHECK_INTERVAL.toMillis()));
      if (told != null && told.length > 0) {
        listener.changed();
      } else if (!opened.isValid(Math.toIntExact(MAX_CHECK.toSeconds()))) {
        throw new SQLException("PostgreSQL does not answer any more");
      }
    }
  }

  private void awaitReconnection() {
    try {
      if (!closed) {
        Thread.sleep(RECONNECT_INTERVAL.toMillis());
      }
    } catch (InterruptedException e) {
      // Only close() interrupts.
      closed = true;
    }
  }

  /** Nothing is told any more. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    Connection open = connection;
    if (open != null) {
      try {
        open.abort(Runnable::run);
      } catch (SQLException e) {
        // It is gone already.
      }
    }
  }
}
