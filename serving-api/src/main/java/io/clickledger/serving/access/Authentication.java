package io.clickledger.serving.access;

import io.clickledger.http.ProblemException;
import io.clickledger.metadata.access.KeySecret;
import io.javalin.http.Context;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Recognizes whoever asks by the Authorization header, and by nothing that a browser sends by
 * itself.
 */
final class Authentication {

  private static final String BEARER = "Bearer ";
  private static final String KEY = "clk_";

  private final Optional<ApiKeys> keys;
  private final Optional<Tokens> tokens;

  Authentication(Optional<ApiKeys> keys, Optional<Tokens> tokens) {
    this.keys = keys;
    this.tokens = tokens;
  }

  /**
   * Whoever asks.
   *
   * @throws ProblemException 401 where he gave nothing that opens anything
   */
  Principal principal(Context context) {
    List<String> given = Collections.list(context.req().getHeaders("Authorization"));
    if (given.isEmpty()) {
      throw Refusals.withoutKey();
    }
    // Two of them may be read as one by a proxy and as the other one here.
    if (given.size() > 1 || !given.get(0).regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw Refusals.wrongKey();
    }
    String credential = given.get(0).substring(BEARER.length()).strip();
    Optional<Principal> known =
        credential.startsWith(KEY)
            ? keys.flatMap(copy -> KeySecret.parse(credential).flatMap(copy::principal))
            : tokens.flatMap(issued -> issued.principal(credential));
    return known.orElseThrow(Refusals::wrongKey);
  }
}
