package io.clickledger.ingestion.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** {@code GET /clickledger.js}: the tag that sends clicks from pages. */
final class TagHandler implements Handler {

  /** A page that has the tag should not wait for it, and a corrected tag should come soon. */
  private static final String CACHE_CONTROL = "public, max-age=3600, stale-while-revalidate=86400";

  private final byte[] script = script();

  /** Pages of every origin may load it, also those that isolate themselves or check its hash. */
  @Override
  public void handle(Context context) {
    context
        .header("Cache-Control", CACHE_CONTROL)
        .header("Access-Control-Allow-Origin", "*")
        .header("Cross-Origin-Resource-Policy", "cross-origin")
        .header("X-Content-Type-Options", "nosniff")
        .contentType("text/javascript; charset=utf-8")
        .result(script);
  }

  static byte[] script() {
    try (InputStream in = TagHandler.class.getResourceAsStream("clickledger.js")) {
      return Objects.requireNonNull(in, "clickledger.js").readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
