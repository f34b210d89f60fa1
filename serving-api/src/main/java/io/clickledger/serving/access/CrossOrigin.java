package io.clickledger.serving.access;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import java.util.List;
import java.util.Set;

/**
 * Lets pages of the origins configured read answers (CORS). They send a key themselves, and no
 * cookie is ever taken, so Access-Control-Allow-Credentials is never given.
 *
 * @param origins such as {@code https://dashboards.example}
 */
public record CrossOrigin(Set<String> origins) {

  private static final String PREFLIGHT_SECONDS = "600";
  private static final String EXPOSED =
      "X-Request-Id, ETag, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate,"
          + " Content-Disposition,"
          + " Clickledger-As-Of, Clickledger-Through, Clickledger-Publication-Id,"
          + " Clickledger-Live-Snapshot-Id, Clickledger-Landed-Through,"
          + " Clickledger-Pending-Late-Clicks, Clickledger-Truncated, Clickledger-Stale";

  /**
   * @throws IllegalArgumentException where one is no origin, or all are meant
   */
  public CrossOrigin(List<String> origins) {
    this(Set.copyOf(origins));
  }

  public CrossOrigin {
    for (String origin : origins) {
      if (!origin.matches("https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")) {
        throw new IllegalArgumentException(
            "cors-origins must be origins such as https://dashboards.example, was " + origin);
      }
    }
  }

  /** Before anybody is asked who he is: a preflight request has no key. */
  public void handle(Context context) {
    if (origins.isEmpty()) {
      return;
    }
    context.header("Vary", "Origin, Authorization, Accept");
    String origin = context.header("Origin");
    if (origin == null || !origins.contains(origin)) {
      return;
    }
    context.header("Access-Control-Allow-Origin", origin);
    context.header("Access-Control-Expose-Headers", EXPOSED);
    if (context.method() == HandlerType.OPTIONS
        && context.header("Access-Control-Request-Method") != null) {
      context.header("Access-Control-Allow-Methods", "GET");
      context.header("Access-Control-Allow-Headers", "Authorization, If-None-Match, X-Request-Id");
      context.header("Access-Control-Max-Age", PREFLIGHT_SECONDS);
      context.status(HttpStatus.NO_CONTENT).skipRemainingHandlers();
    }
  }
}
