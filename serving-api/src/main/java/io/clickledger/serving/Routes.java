package io.clickledger.serving;

import io.clickledger.http.Check;
import io.clickledger.http.HealthHandler;
import io.clickledger.http.ProblemAnswers;
import io.clickledger.http.ReadyHandler;
import io.clickledger.metadata.MetadataNames;
import io.clickledger.serving.pins.FreshnessReader;
import io.clickledger.serving.pins.Pins;
import io.clickledger.serving.reports.answer.FreshnessHandler;
import io.clickledger.serving.reports.answer.ReportHandler;
import io.clickledger.serving.reports.plan.Reports;
import io.clickledger.serving.restatements.RestatementsHandler;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.staticfiles.Location;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What is answered where. */
record Routes(
    ServingSettings settings,
    Clock clock,
    PrometheusMeterRegistry metrics,
    Pins pins,
    FreshnessReader freshness,
    Reports reports,
    Supplier<MetadataNames> names,
    RestatementsHandler restatements,
    List<Check> readiness) {

  private static final Duration READINESS_TIMEOUT = Duration.ofSeconds(10);

  /** The page runs its own scripts and styles and talks to this API, and to nothing else. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.jetty.host = settings.http().host();
    config.jetty.port = settings.http().port();
    ProblemAnswers.register(config);
    new RequestMetrics(metrics).register(config);
    if (settings.http().accessLog()) {
      AccessLog.register(config);
    }
    config.routes.before(Routes::secure);

    config.routes.get(
        "/v1/reports/clicks", new ReportHandler(reports, settings.reports(), names, clock));
    config.routes.get("/v1/restatements", restatements);
    config.routes.get("/v1/freshness", new FreshnessHandler(pins, freshness));
    config.routes.get("/health", new HealthHandler());
    config.routes.get("/ready", new ReadyHandler(readiness, READINESS_TIMEOUT));
    config.routes.get("/metrics", this::scrape);
    // "/" is page/index.html; /webjars/ has the version in its path, so it is kept for a year.
    config.staticFiles.add(
        files -> {
          files.hostedPath = "/";
          files.directory = "/io/clickledger/serving/page";
          files.location = Location.CLASSPATH;
          files.headers = Map.of("Cache-Control", "no-cache");
          files.mimeTypes.add("application/yaml", "yaml");
        });
    config.staticFiles.enableWebjars();
  }

  private static void secure(Context context) {
    context.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Referrer-Policy", "no-referrer");
  }

  private void scrape(Context context) {
    context.contentType("text/plain; version=0.0.4; charset=utf-8").result(metrics.scrape());
  }
}
