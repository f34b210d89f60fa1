package io.clickledger.serving;

import io.clickledger.serving.access.Access;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Times every request, by route, status and role. */
record RequestMetrics(MeterRegistry metrics) {

  void register(JavalinConfig config) {
    config.requestLogger.http(this::record);
  }

  private void record(Context context, Float milliseconds) {
    Timer.builder("clickledger.http.requests")
        .description("Time from a request's arrival to its answer")
        .tag("route", context.path().startsWith("/v1/") ? context.endpoint().path : "page")
        .tag("status", String.valueOf(context.statusCode()))
        .tag("role", Access.role(context))
        .publishPercentileHistogram()
        .register(metrics)
        .record(Duration.ofNanos((long) (milliseconds * 1_000_000)));
  }
}
