package io.clickledger.metadata.programs;

import io.clickledger.metadata.access.ApiKey;
import io.clickledger.metadata.access.ApiKeyStore;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import javax.sql.DataSource;

/** Prints every key there ever was, without the secrets, which nobody has. */
public final class KeyList {
  private static final String LINE = "%-12s  %-10s  %-20s  %-30s  %s";

  private KeyList() {}

  /** Prints them, oldest first. */
  public static void print(DataSource database, PrintWriter out) {
    out.println(String.format(Locale.ROOT, LINE, "id", "role", "created", "state", "name"));
    Instant now = Instant.now();
    for (ApiKey key : new ApiKeyStore(database).all()) {
      out.println(
          String.format(
              Locale.ROOT,
              LINE,
              key.keyId(),
              key.role(),
              key.createdAt().truncatedTo(ChronoUnit.SECONDS),
              state(key, now),
              name(key)));
    }
    out.flush();
  }

  private static String name(ApiKey key) {
    String ids = String.join(" ", key.scopeIds());
    return ids.isEmpty() || key.name().contains(ids) ? key.name() : key.name() + " (" + ids + ")";
  }

  private static String state(ApiKey key, Instant now) {
    if (key.revokedAt().isPresent()) {
      return "revoked " + key.revokedAt().get().truncatedTo(ChronoUnit.SECONDS);
    }
    String end = key.expiresAt().map(time -> " " + time.truncatedTo(ChronoUnit.SECONDS)).orElse("");
    if (!key.isValidAt(now)) {
      return "expired" + end;
    }
    return end.isEmpty() ? "valid" : "valid until" + end;
  }
}
