package io.clickledger.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;

/** {@code GET /health}: the process is up, whatever it depends on does. */
public final class HealthHandler implements Handler {

  @Override
  public void handle(Context context) {
    context.header("Cache-Control", "no-store");
    context.contentType("application/json").result("{\"status\":\"up\"}");
  }
}
