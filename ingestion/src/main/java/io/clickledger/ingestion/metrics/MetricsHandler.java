package io.clickledger.ingestion.metrics;

import io.javalin.http.Context;
import io.javalin.http.Handler;

/** {@code GET /metrics}: counters and timers in Prometheus' text format. */
public final class MetricsHandler implements Handler {

  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final IngestionMetrics metrics;

  public MetricsHandler(IngestionMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void handle(Context context) {
    context.contentType(TEXT).result(metrics.text(TEXT));
  }
}
