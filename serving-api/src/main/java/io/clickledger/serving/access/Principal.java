package io.clickledger.serving.access;

import io.clickledger.metadata.access.ApiKey;
import io.clickledger.metadata.access.Role;
import io.clickledger.serving.reports.query.Scope;
import java.util.Set;

/**
 * Somebody who proved who he is.
 *
 * @param subject {@code key:ID} or {@code token:SUBJECT}: for limits and logs
 * @param name for people
 * @param scope what he may see, whatever he asks
 */
public record Principal(String subject, String name, Role role, Scope scope) {

  static Principal of(ApiKey key) {
    return new Principal(
        "key:" + key.keyId(), key.name(), key.role(), scope(key.role(), key.scopeIds()));
  }

  /** What a role may see; of those that see some rows only, the ids say whose. */
  static Scope scope(Role role, Set<String> ids) {
    return switch (role) {
      case ADMIN, FINANCE, ANALYST -> Scope.ALL;
      case ADVERTISER -> Scope.advertisers(ids);
      case PUBLISHER -> Scope.publishers(ids);
      case MONITOR -> Scope.NOTHING;
    };
  }
}
