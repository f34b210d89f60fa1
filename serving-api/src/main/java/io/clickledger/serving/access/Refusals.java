package io.clickledger.serving.access;

import io.clickledger.http.Problem;
import io.clickledger.http.ProblemException;

/** How requests are refused before they are looked at. */
final class Refusals {

  private static final String CHALLENGE = "WWW-Authenticate";
  private static final String REALM = "Bearer realm=\"clickledger\"";

  private Refusals() {}

  static ProblemException withoutKey() {
    return unauthorized("ask with Authorization: Bearer and a key (clk_...) or a token", REALM);
  }

  /** The same for every cause: unknown, expired, revoked, forged. */
  static ProblemException wrongKey() {
    return unauthorized(
        "the key or token is not valid (any more)", REALM + ", error=\"invalid_token\"");
  }

  private static ProblemException unauthorized(String detail, String challenge) {
    return new ProblemException(
        new Problem(401, "unauthorized", "Unauthorized", detail).withHeader(CHALLENGE, challenge));
  }

  static ProblemException forbidden(String detail) {
    return new ProblemException(
        new Problem(403, "forbidden", "Forbidden", detail)
            .withHeader(CHALLENGE, REALM + ", error=\"insufficient_scope\""));
  }

  static ProblemException unavailable(String detail) {
    return new ProblemException(
        new Problem(503, "access-unavailable", "Access cannot be checked", detail)
            .withHeader("Retry-After", "5"));
  }

  static ProblemException tooMany(String detail, long seconds) {
    return new ProblemException(
        new Problem(429, "too-many-requests", "Too many requests", detail)
            .withHeader("Retry-After", Long.toString(seconds)));
  }
}
