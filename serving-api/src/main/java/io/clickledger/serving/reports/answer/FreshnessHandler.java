package io.clickledger.serving.reports.answer;

import io.clickledger.serving.pins.FreshnessReader;
import io.clickledger.serving.pins.Pins;
import io.javalin.http.Context;
import io.javalin.http.Handler;

/** {@code GET /v1/freshness}: the freshness and finality of a report that is requested now. */
public final class FreshnessHandler implements Handler {

  private final Pins pins;
  private final FreshnessReader freshness;

  public FreshnessHandler(Pins pins, FreshnessReader freshness) {
    this.pins = pins;
    this.freshness = freshness;
  }

  @Override
  public void handle(Context context) {
    context.header("Cache-Control", "no-store");
    context.future(
        () ->
            pins.current()
                .thenCompose(
                    pin ->
                        freshness
                            .of(pin)
                            .thenAccept(
                                known ->
                                    context
                                        .contentType("application/json")
                                        .result(FreshnessJson.write(pin, known)))));
  }
}
