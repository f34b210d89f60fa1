package io.clickledger.ingestion.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import java.util.List;
import java.util.Set;

/**
 * Lets scripts of the origins configured post clicks as JSON and read answers (CORS). Pixels,
 * beacons and pings need none of it: browsers send them to anybody, and nobody reads their answers.
 * No cookie is taken, so Access-Control-Allow-Credentials is never given.
 *
 * @param origins such as {@code https://shop.example}
 */
record CrossOrigin(Set<String> origins) {

  private static final String PREFLIGHT_SECONDS = "600";

  /**
   * @throws IllegalArgumentException where one is no origin, or all are meant
   */
  CrossOrigin(List<String> origins) {
    this(Set.copyOf(origins));
  }

  CrossOrigin {
    for (String origin : origins) {
      if (!origin.matches("https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")) {
        throw new IllegalArgumentException(
            "cors-origins must be origins such as https://shop.example, was " + origin);
      }
    }
  }

  void handle(Context context) {
    if (origins.isEmpty()) {
      return;
    }
    context.header("Vary", "Origin");
    String origin = context.header("Origin");
    if (origin == null || !origins.contains(origin)) {
      return;
    }
    context.header("Access-Control-Allow-Origin", origin);
    context.header("Access-Control-Expose-Headers", "Retry-After");
    if (context.method() == HandlerType.OPTIONS
        && context.header("Access-Control-Request-Method") != null) {
      context.header("Access-Control-Allow-Methods", "GET, POST");
      context.header("Access-Control-Allow-Headers", "Content-Type, Content-Encoding");
      context.header("Access-Control-Max-Age", PREFLIGHT_SECONDS);
      if ("true".equals(context.header("Access-Control-Request-Private-Network"))) {
        context.header("Access-Control-Allow-Private-Network", "true");
      }
      context.status(HttpStatus.NO_CONTENT).skipRemainingHandlers();
    }
  }
}
