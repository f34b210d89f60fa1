package io.clickledger.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import java.util.List;
import java.util.Set;

/**
 * Lets scripts of the origins configured send requests and read answers (CORS), also from public
 * pages to a private network. No program takes cookies, so Access-Control-Allow-Credentials is
 * never given.
 */
public final class CrossOrigin {

  private static final String PREFLIGHT_SECONDS = "600";

  /**
   * What these scripts may do: lists as HTTP headers have them.
   *
   * @param methods of requests
   * @param requestHeaders beside those that need no permission
   * @param answerHeaders that they may read
   */
  public record Allowed(String methods, String requestHeaders, String answerHeaders) {}

  private final Set<String> origins;
  private final Allowed allowed;
  private final String vary;

  /**
   * @param origins such as {@code https://shop.example}
   * @param vary the request headers that answers differ by, Origin among them
   * @throws IllegalArgumentException where one is no origin, or all are meant
   */
  public CrossOrigin(List<String> origins, Allowed allowed, String vary) {
    this.origins = Set.copyOf(requireOrigins(origins));
    this.allowed = allowed;
    this.vary = vary;
  }

  /**
   * The value of a setting {@code cors-origins}.
   *
   * @throws IllegalArgumentException where one is no origin, or all are meant
   */
  public static List<String> requireOrigins(List<String> origins) {
    for (String origin : origins) {
      if (!origin.matches("https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")) {
        throw new IllegalArgumentException(
            "cors-origins must be origins such as https://shop.example, was " + origin);
      }
    }
    return List.copyOf(origins);
  }

  /** Before anybody is asked who he is: a preflight request has no key. */
  public void handle(Context context) {
    if (origins.isEmpty()) {
      return;
    }
    context.header("Vary", vary);
    String origin = context.header("Origin");
    if (origin == null || !origins.contains(origin)) {
      return;
    }
    context.header("Access-Control-Allow-Origin", origin);
    context.header("Access-Control-Expose-Headers", allowed.answerHeaders());
    if (context.method() == HandlerType.OPTIONS
        && context.header("Access-Control-Request-Method") != null) {
      context.header("Access-Control-Allow-Methods", allowed.methods());
      context.header("Access-Control-Allow-Headers", allowed.requestHeaders());
      context.header("Access-Control-Max-Age", PREFLIGHT_SECONDS);
      if ("true".equals(context.header("Access-Control-Request-Private-Network"))) {
        context.header("Access-Control-Allow-Private-Network", "true");
      }
      context.status(HttpStatus.NO_CONTENT).skipRemainingHandlers();
    }
  }
}
