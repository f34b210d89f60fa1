package io.clickledger.serving.names;

import io.clickledger.metadata.MetadataSettings;
import io.clickledger.settings.Secret;
import java.time.Duration;
import java.util.Optional;

/**
 * Where names are read and how often.
 *
 * @param uri absent where reports have no names
 */
public record NamesSettings(
    Optional<String> uri,
    String user,
    Optional<Secret> password,
    Duration timeout,
    Duration refresh) {

  private static final Duration MIN_REFRESH = Duration.ofSeconds(1);

  public NamesSettings {
    uri.ifPresent(given -> new MetadataSettings(given, user, password, timeout));
    if (refresh.compareTo(MIN_REFRESH) < 0) {
      throw new IllegalArgumentException("refresh must be at least 1s, was " + refresh);
    }
  }

  /** The metadata store, where there is one. */
  public Optional<MetadataSettings> store() {
    return uri.map(given -> new MetadataSettings(given, user, password, timeout));
  }
}
