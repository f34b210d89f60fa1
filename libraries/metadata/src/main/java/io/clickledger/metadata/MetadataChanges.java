package io.clickledger.metadata;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Notifies a listener of each committed change of the metadata, over its own connection
 * (LISTEN/NOTIFY). While the connection is lost, there are no notifications; after a reconnect the
 * listener is always notified, because a change may have been missed. So a listener also needs a
 * slower, periodic way to find changes.
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

  /** Receives notifications, on one thread. */
  public interface Listener {
    /** Something may have changed. */
    void changed();

    /**
     * The connection is lost: no notifications until {@link #regained}. Called once for each loss.
     */
    void lost(SQLException cause);

    /** The connection is back. */
    void regained();
  }

  private MetadataChanges(DataSource database, Listener listener) {
    this.database = database;
    this.listener = listener;
    this.thread = new Thread(this::listen, "metadata-changes");
    this.thread.setDaemon(true);
  }

  /** Starts listening until it is closed, whether or not the database answers yet. */
  public static MetadataChanges subscribe(DataSource database, Listener listener) {
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
        // Changes that were committed before the LISTEN are not notified.
        listener.changed();
        forwardChanges(opened);
      } catch (SQLException e) {
        lost = lost(lost, e);
      } catch (RuntimeException | Error e) {
        // Of a listener: else the thread would end, and no change be notified any more.
        lost = lost(lost, new SQLException("a listener failed", e));
      }
      awaitReconnection();
    }
  }

  /** Returns that it is lost; the listener is told once. */
  private boolean lost(boolean isKnown, SQLException cause) {
    if (!closed && !isKnown) {
      listener.lost(cause);
    }
    return isKnown || !closed;
  }

  private void forwardChanges(Connection opened) throws SQLException {
    PGConnection notifications = opened.unwrap(PGConnection.class);
    while (!closed) {
      PGNotification[] received =
          notifications.getNotifications(Math.toIntExact(CHECK_INTERVAL.toMillis()));
      if (received != null && received.length > 0) {
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

  /** Ends the notifications. */
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
