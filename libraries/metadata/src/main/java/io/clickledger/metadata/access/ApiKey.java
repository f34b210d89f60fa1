package io.clickledger.metadata.access;

import io.clickledger.settings.Secret;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A key as it is kept: everything but the secret.
 *
 * @param secretHash SHA-256 of the key's text, as hexadecimal digits
 * @param scopeIds the advertisers or publishers that its owner sees; empty for roles without scope
 */
public record ApiKey(
    String keyId,
    Secret secretHash,
    String name,
    Role role,
    SortedSet<String> scopeIds,
    Instant createdAt,
    Optional<Instant> expiresAt,
    Optional<Instant> revokedAt) {

  public ApiKey {
    scopeIds = Collections.unmodifiableSortedSet(new TreeSet<>(scopeIds));
    if (role.isScoped() == scopeIds.isEmpty()) {
      throw new IllegalArgumentException(
          "key %s of role %s must have %s, was %s"
              .formatted(keyId, role, role.isScoped() ? "scope ids" : "no scope ids", scopeIds));
    }
  }

  /** Whether the secret is this key's. */
  public boolean isOf(KeySecret secret) {
    return secret.hasHash(HexFormat.of().parseHex(secretHash.reveal()));
  }

  /** Whether it has the role, the scope and the end of a request. */
  public boolean isAsRequested(KeyRequest request) {
    return role == request.role()
        && scopeIds.equals(request.scopeIds())
        && expiresAt.equals(request.expiresAt());
  }

  /** Whether it opens anything at that time. */
  public boolean isValidAt(Instant time) {
    return revokedAt.isEmpty() && expiresAt.map(time::isBefore).orElse(true);
  }
}
