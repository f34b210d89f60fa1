package io.clickledger.metadata.access;

import io.clickledger.metadata.access.LogEntry.Outcome;
import io.clickledger.settings.Secret;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The keys in PostgreSQL. Whoever changes one is in the log: both are written in one transaction,
 * or neither.
 */
public final class ApiKeyStore {

  private static final String COLUMNS =
      "key_id, encode(secret_hash, 'hex') AS secret_hash, name, role, scope_ids, created_at,"
          + " expires_at, revoked_at";

  private final Jdbi jdbi;

  /** Reads and writes a database that stays the caller's and need not answer yet. */
  public ApiKeyStore(DataSource database) {
    this.jdbi = Jdbi.create(database);
  }

  /** Every key there ever was, oldest first. */
  public List<ApiKey> all() {
    return jdbi.withHandle(
        handle -> keys(handle, "SELECT " + COLUMNS + " FROM access.api_keys ORDER BY created_at"));
  }

  /** The keys that may still open something. */
  public List<ApiKey> valid() {
    return jdbi.withHandle(
        handle -> {
          AccessLog.failWhereSilent(handle);
          return keys(
              handle,
              "SELECT "
                  + COLUMNS
                  + " FROM access.api_keys WHERE revoked_at IS NULL"
                  + " AND (expires_at IS NULL OR expires_at > now())");
        });
  }

  /**
   * Makes a key.
   *
   * @param actor who does it, for the log
   * @throws IllegalArgumentException where the database refuses its parts, saying what is allowed
   */
  public KeySecret create(KeyRequest request, String actor) {
    return jdbi.inTransaction(handle -> insert(handle, request, "create-key", actor));
  }

  /**
   * Makes another key of the same role, scope and expiry, and ends the old one when the overlap is
   * over.
   *
   * @throws UnknownKeyException where no such key is valid
   */
  public KeySecret rotate(String keyId, Duration overlap, String actor) {
    return jdbi.inTransaction(
        handle -> {
          ApiKey old = locked(handle, keyId);
          if (!old.isValidAt(now(handle))) {
            throw new UnknownKeyException(keyId, "is not valid any more: create a new one");
          }
          KeyRequest request =
              new KeyRequest(old.name(), old.role(), old.scopeIds(), old.expiresAt());
          KeySecret next = insert(handle, request, "rotate-key " + keyId, actor);
          handle.execute(
              "UPDATE access.api_keys SET expires_at = least(expires_at, ?) WHERE key_id = ?",
              now(handle).plus(overlap).atOffset(ZoneOffset.UTC),
              keyId);
          return next;
        });
  }

  /**
   * Ends a key at once. One that has ended already stays as it is.
   *
   * @throws UnknownKeyException where there is no such key
   */
  public ApiKey revoke(String keyId, String actor) {
    return jdbi.inTransaction(
        handle -> {
          ApiKey key = locked(handle, keyId);
          handle.execute(
              "UPDATE access.api_keys SET revoked_at = coalesce(revoked_at, clock_timestamp())"
                  + " WHERE key_id = ?",
              keyId);
          log(handle, "revoke-key", key.keyId(), key.role(), key.scopeIds().toString(), actor);
          return locked(handle, keyId);
        });
  }

  private static KeySecret insert(Handle handle, KeyRequest request, String action, String actor) {
    KeySecret secret = KeySecret.random();
    handle.execute(
        "INSERT INTO access.api_keys (key_id, secret_hash, name, role, scope_ids, expires_at)"
            + " VALUES (?, ?, ?, ?, string_to_array(?, ' '), ?)",
        secret.id(),
        secret.hash(),
        request.name(),
        request.role().word(),
        String.join(" ", request.scopeIds()),
        request.expiresAt().map(end -> end.atOffset(ZoneOffset.UTC)).orElse(null));
    log(handle, action, secret.id(), request.role(), request.scopeIds().toString(), actor);
    return secret;
  }

  private static void log(
      Handle handle, String action, String keyId, Role role, String scope, String actor) {
    AccessLog.append(
        handle,
        new LogEntry(
            actor, "", "", action, "%s %s %s".formatted(keyId, role, scope), Outcome.DONE));
  }

  private static ApiKey locked(Handle handle, String keyId) {
    return keys(
            handle,
            "SELECT " + COLUMNS + " FROM access.api_keys WHERE key_id = ? FOR UPDATE",
            keyId)
        .stream()
        .findFirst()
        .orElseThrow(() -> new UnknownKeyException(keyId, "is not there"));
  }

  private static Instant now(Handle handle) {
    return handle
        .createQuery("SELECT clock_timestamp()")
        .mapTo(OffsetDateTime.class)
        .one()
        .toInstant();
  }

  private static List<ApiKey> keys(Handle handle, String sql, Object... parameters) {
    return handle.select(sql, parameters).map((row, context) -> key(row)).list();
  }

  private static ApiKey key(ResultSet row) throws SQLException {
    return new ApiKey(
        row.getString("key_id"),
        Secret.of(row.getString("secret_hash")),
        row.getString("name"),
        Role.of(row.getString("role")).orElseThrow(),
        new TreeSet<>(Arrays.asList((String[]) row.getArray("scope_ids").getArray())),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        instant(row, "expires_at"),
        instant(row, "revoked_at"));
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }
}
