package io.clickledger.sandbox.launcher.steps;

import io.clickledger.metadata.access.ApiKey;
import io.clickledger.metadata.access.ApiKeyStore;
import io.clickledger.metadata.access.KeyRequest;
import io.clickledger.metadata.access.KeySecret;
import io.clickledger.metadata.access.Role;
import io.clickledger.metadata.programs.ManageAccess;
import io.clickledger.sandbox.launcher.folder.Secrets;
import io.clickledger.sandbox.launcher.platform.Platform;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Keys that a platform on one machine has by itself, kept among its secrets: one for its own
 * commands, one for Prometheus, and in a demo one for each role.
 */
public final class LocalKeys {

  private final Platform platform;
  private final ApiKeyStore store;

  public LocalKeys(Platform platform) {
    this.platform = platform;
    this.store = new ApiKeyStore(platform.postgres.dataSource());
  }

  /** Makes the keys that every platform has, and those that were revoked or lost anew. */
  public void make() {
    key(Role.ADMIN);
    key(Role.MONITOR);
  }

  /** The address that signs in as this role; after the #, which browsers send nowhere. */
  public URI link(Role role, String... ids) {
    return URI.create(platform.page() + "#key=" + key(role, ids));
  }

  private String key(Role role, String... ids) {
    Secrets secrets = platform.secrets();
    String name = Secrets.apiKey(role);
    KeyRequest request =
        new KeyRequest(
            "made by up for " + role,
            role,
            ids.length == 0 ? Collections.emptySortedSet() : new TreeSet<>(List.of(ids)),
            Optional.empty());
    Optional<String> kept = secrets.find(name);
    if (kept.flatMap(KeySecret::parse).filter(key -> isValid(key, request)).isPresent()) {
      return kept.orElseThrow();
    }
    String made = store.create(request, ManageAccess.operator()).reveal();
    secrets.replace(name, made);
    return made;
  }

  /** Neither ended, nor about to because somebody rotated it, nor of another tenant. */
  private boolean isValid(KeySecret secret, KeyRequest request) {
    return store.valid().stream()
        .anyMatch((ApiKey key) -> key.isOf(secret) && key.isAsRequested(request));
  }
}
