package io.clickledger.serving.access;

import io.clickledger.metadata.access.Role;
import io.javalin.security.RouteRole;
import java.util.stream.Stream;

/** One role that may ask at a route, or that what it answers is evidence of billing. */
public sealed interface Permission extends RouteRole {

  /** Everybody, without a key. */
  Permission EVERYBODY = new Open();

  /** Each access is in the log of accesses before it is answered. */
  Permission EVIDENCE = new Evidence();

  /** No role is asked for. */
  record Open() implements Permission {}

  /** What is answered is logged. */
  record Evidence() implements Permission {}

  /** This role may ask. */
  record To(Role role) implements Permission {}

  /** These roles may ask. */
  static Permission[] to(Role... roles) {
    return Stream.of(roles).map(To::new).toArray(Permission[]::new);
  }

  /** These roles may ask, for evidence of billing. */
  static Permission[] toEvidence(Role... roles) {
    return Stream.concat(Stream.of(EVIDENCE), Stream.of(to(roles))).toArray(Permission[]::new);
  }
}
