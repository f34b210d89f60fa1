package io.clickledger.metadata.access;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a new key is to be.
 *
 * @param name for people, such as that of the program that will use it
 * @param scopeIds the advertisers or publishers that its owner sees; empty for roles without scope
 */
public record KeyRequest(
    String name, Role role, SortedSet<String> scopeIds, Optional<Instant> expiresAt) {

  private static final int MAX_SCOPE_IDS = 100;
  private static final int MAX_NAME = 200;

  public KeyRequest {
    scopeIds = Collections.unmodifiableSortedSet(new TreeSet<>(scopeIds));
    if (name.isBlank()
        || name.length() > MAX_NAME
        || !name.equals(name.strip())
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "name must be 1..%d characters without control characters, was \"%s\""
              .formatted(MAX_NAME, name));
    }
    if (role.isScoped() && (scopeIds.isEmpty() || scopeIds.size() > MAX_SCOPE_IDS)) {
      throw new IllegalArgumentException(
          "a key of role %s must have 1..%d ids, had %d"
              .formatted(role, MAX_SCOPE_IDS, scopeIds.size()));
    }
    if (!role.isScoped() && !scopeIds.isEmpty()) {
      throw new IllegalArgumentException(
          "a key of role %s must have no ids, because it sees those of all, had %s"
              .formatted(role, scopeIds));
    }
    for (String id : scopeIds) {
      if (!id.matches("[A-Za-z0-9._:-]{1,64}")) {
        throw new IllegalArgumentException("an id must be 1..64 of A-Z a-z 0-9 . _ : -, was " + id);
      }
    }
  }
}
