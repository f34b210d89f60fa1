package io.clickledger.metadata.access;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Adds entries to access.log, in their order, all or none. */
public final class AccessLog {

  /** How long a server that answered may be silent: requests and readers of keys wait for it. */
  private static final Duration MAX_SILENCE = Duration.ofSeconds(10);

  private final Jdbi jdbi;

  /** Writes to a database that stays the caller's and need not answer yet. */
  public AccessLog(DataSource database) {
    this.jdbi = Jdbi.create(database);
  }

  /** Returns when the entries are committed. */
  public void append(List<LogEntry> entries) {
    jdbi.useTransaction(
        handle -> {
          failWhereSilent(handle);
          entries.forEach(entry -> append(handle, entry));
        });
  }

  static void append(Handle handle, LogEntry entry) {
    handle.execute(
        "INSERT INTO access.log (actor, role, scope, action, object, outcome)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        entry.actor(),
        entry.role(),
        entry.scope(),
        entry.action(),
        entry.object(),
        entry.outcome().word());
  }

  /** Else whoever waits for a server that hangs would wait for ever. */
  static void failWhereSilent(Handle handle) {
    try {
      handle
          .getConnection()
          .setNetworkTimeout(Runnable::run, Math.toIntExact(MAX_SILENCE.toMillis()));
    } catch (SQLException e) {
      throw new ConnectionException(e);
    }
  }
}
