package io.clickledger.serving.access;

import io.clickledger.metadata.MetadataChanges;
import io.clickledger.metadata.access.ApiKey;
import io.clickledger.metadata.access.ApiKeyStore;
import io.clickledger.metadata.access.KeySecret;
import io.clickledger.metadata.access.Role;
import io.clickledger.serving.background.BackgroundTask;
import io.clickledger.settings.Secret;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of the valid keys, read again at once when PostgreSQL notifies of a change, and every few
 * seconds in case it could not. So no request waits for PostgreSQL, and whoever guesses keys asks
 * it nothing and makes nothing grow.
 */
final class ApiKeys implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiKeys.class);

  private static final Duration REFRESH = Duration.ofSeconds(5);

  /** Compared with where there is no key of the id given, so that an answer takes as long. */
  private static final ApiKey NOBODYS =
      new ApiKey(
          "",
          Secret.of("0".repeat(64)),
          "nobody",
          Role.MONITOR,
          Collections.emptySortedSet(),
          Instant.EPOCH,
          Optional.empty(),
          Optional.of(Instant.EPOCH));

  private record Copy(Map<String, ApiKey> byId, long readNanos) {}

  private final ApiKeyStore store;
  private final Clock clock;
  private final Duration maxAge;
  private final MetadataChanges changes;
  private final BackgroundTask reader;

  private volatile Copy copy;

  /** Begins to read, whether or not the database answers yet. */
  ApiKeys(DataSource database, Clock clock, Duration maxAge) {
    this.store = new ApiKeyStore(database);
    this.clock = clock;
    this.maxAge = maxAge;
    this.reader =
        new BackgroundTask(
            "api-keys",
            LOG,
            "keys cannot be read, those last read open for %s more".formatted(maxAge),
            "keys are read again",
            this::read);
    reader.start(REFRESH);
    this.changes =
        MetadataChanges.subscribe(
            database,
            new MetadataChanges.Listener() {
              @Override
              public void changed() {
                reader.runSoon();
              }

              @Override
              public void lost(SQLException cause) {
                LOG.warn("keys are read every {} only: {}", REFRESH, cause.toString());
              }

              @Override
              public void regained() {
                LOG.info("changes of keys are notified again");
              }
            });
  }

  /**
   * The principal of a key; empty where it opens nothing.
   *
   * @throws io.clickledger.http.ProblemException 503 where that cannot be known
   */
  Optional<Principal> principal(KeySecret secret) {
    Copy known = copy;
    if (!isFresh(known)) {
      throw Refusals.unavailable("keys cannot be read at present: try again");
    }
    ApiKey key = known.byId().getOrDefault(secret.id(), NOBODYS);
    boolean isOpening = key.isOf(secret) & key.isValidAt(clock.instant());
    return isOpening ? Optional.of(Principal.of(key)) : Optional.empty();
  }

  /** Whether keys were read lately enough to open anything. */
  boolean areKnown() {
    return isFresh(copy);
  }

  private boolean isFresh(Copy known) {
    return known != null && System.nanoTime() - known.readNanos() <= maxAge.toNanos();
  }

  private void read() {
    long began = System.nanoTime();
    copy =
        new Copy(
            store.valid().stream()
                .collect(Collectors.toUnmodifiableMap(ApiKey::keyId, Function.identity())),
            began);
  }

  @Override
  public void close() {
    changes.close();
    reader.close();
  }
}
