package io.clickledger.serving;

import static io.clickledger.metadata.access.Role.ADMIN;
import static io.clickledger.metadata.access.Role.ADVERTISER;
import static io.clickledger.metadata.access.Role.ANALYST;
import static io.clickledger.metadata.access.Role.FINANCE;
import static io.clickledger.metadata.access.Role.MONITOR;
import static io.clickledger.metadata.access.Role.PUBLISHER;

import io.clickledger.http.CrossOrigin;
import io.clickledger.http.HealthHandler;
import io.clickledger.http.ProblemAnswers;
import io.clickledger.http.ReadyHandler;
import io.clickledger.metadata.MetadataNames;
import io.clickledger.metadata.access.Role;
import io.clickledger.serving.access.AccessControl;
import io.clickledger.serving.access.AccessHandler;
import io.clickledger.serving.access.Permission;
import io.clickledger.serving.books.Listing;
import io.clickledger.serving.reports.answer.FreshnessHandler;
import io.clickledger.serving.reports.answer.ReportHandler;
import io.clickledger.serving.reports.plan.Reports;
import io.clickledger.serving.restatements.RestatementsHandler;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.staticfiles.Location;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.ThreadPool;

/** What is answered where. */
record Routes(
    ServingSettings settings,
    Clock clock,
    PrometheusMeterRegistry metrics,
    AccessControl access,
    Reports reports,
    Supplier<MetadataNames> names,
    RestatementsHandler restatements,
    Function<Listing, Handler> listings,
    ReadyHandler ready,
    ThreadPool threads) {

  /** The page, on which one signs in, and the description of the API need no key. */
  static final Set<String> OPEN_PATHS =
      Set.of("/", "/index.html", "/docs", "/docs.html", "/openapi.yaml", "/health", "/ready");

  static final Set<String> OPEN_FOLDERS = Set.of("/assets/", "/webjars/");

  /** What pages of other origins send, a key among it, and read. */
  private static final CrossOrigin.Allowed PAGES =
      new CrossOrigin.Allowed(
          "GET",
          "Authorization, If-None-Match, X-Request-Id",
          "X-Request-Id, ETag, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate,"
              + " Content-Disposition,"
              + " Clickledger-As-Of, Clickledger-Through, Clickledger-Publication-Id,"
              + " Clickledger-Live-Snapshot-Id, Clickledger-Landed-Through,"
              + " Clickledger-Pending-Late-Clicks, Clickledger-Truncated, Clickledger-Stale");

  private static final Permission[] ALL_ROLES =
      Permission.to(ADMIN, FINANCE, ANALYST, ADVERTISER, PUBLISHER);

  /** A request line with its headers; a report that names two hundred ids fits. */
  private static final int MAX_HEADER_BYTES = 16 * 1024;

  /** No request needs a body. */
  private static final long MAX_BODY_BYTES = 1024;

  void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.jetty.threadPool = threads;
    config.jetty.host = settings.http().host();
    config.jetty.port = settings.http().port();
    config.jetty.modifyHttpConfiguration(
        http -> {
          http.setRequestHeaderSize(MAX_HEADER_BYTES);
          http.setSendServerVersion(false);
          // Else a key that differs from the one before on its connection by case only is read as
          // that one.
          http.setHeaderCacheCaseSensitive(true);
        });
    config.http.maxRequestSize = MAX_BODY_BYTES;
    config.jetty.modifyServer(
        jetty -> {
          jetty.insertHandler(new GracefulHandler());
          jetty.setStopTimeout(settings.http().stopTimeout().toMillis());
        });
    ProblemAnswers.register(config);
    new RequestMetrics(metrics).register(config);
    if (settings.http().accessLog()) {
      AccessLog.register(config);
    }
    config.routes.before(SecurityHeaders::write);
    config.routes.before(
        new CrossOrigin(settings.http().corsOrigins(), PAGES, "Origin, Authorization, Accept")
            ::handle);
    access.register(config);

    config.routes.get(
        "/v1/reports/clicks",
        new ReportHandler(reports, settings.reports(), names, clock, threads),
        ALL_ROLES);
    config.routes.get(
        "/v1/restatements", restatements, Permission.toEvidence(ADMIN, FINANCE, ADVERTISER));
    list(config, "/v1/ledger", Listing.LEDGER, ADMIN, FINANCE, ADVERTISER);
    list(config, "/v1/adjustments", Listing.ADJUSTMENTS, ADMIN, FINANCE, ADVERTISER);
    list(config, "/v1/periods", Listing.PERIODS, ADMIN, FINANCE, ADVERTISER);
    list(config, "/v1/reconciliation", Listing.RECONCILIATION, ADMIN, FINANCE);
    list(config, "/v1/runs", Listing.RUNS, ADMIN, FINANCE);
    list(config, "/v1/publications", Listing.PUBLICATIONS, ADMIN, FINANCE);
    config.routes.get("/v1/freshness", new FreshnessHandler(reports, threads), ALL_ROLES);
    config.routes.get(
        "/v1/access",
        new AccessHandler(),
        Permission.to(ADMIN, FINANCE, ANALYST, ADVERTISER, PUBLISHER, MONITOR));
    config.routes.get("/metrics", this::scrape, Permission.to(ADMIN, MONITOR));
    config.routes.get("/docs", context -> context.redirect("/docs.html"), Permission.EVERYBODY);
    config.routes.get("/health", new HealthHandler(), Permission.EVERYBODY);
    config.routes.get("/ready", ready, Permission.EVERYBODY);
    // "/" is page/index.html; /webjars/ has the version in its path, so it is kept for a year.
    config.staticFiles.add(
        files -> {
          files.hostedPath = "/";
          files.directory = "/io/clickledger/serving/page";
          files.location = Location.CLASSPATH;
          files.headers = Map.of("Cache-Control", "no-cache");
          files.mimeTypes.add("application/yaml", "yaml");
          files.roles = Set.of(Permission.EVERYBODY);
        });
    config.staticFiles.add(
        files -> {
          files.hostedPath = "/webjars";
          files.directory = "META-INF/resources/webjars";
          files.location = Location.CLASSPATH;
          files.headers = Map.of("Cache-Control", "max-age=31622400");
          files.roles = Set.of(Permission.EVERYBODY);
        });
  }

  private void list(JavalinConfig config, String path, Listing listing, Role... roles) {
    config.routes.get(path, listings.apply(listing), Permission.toEvidence(roles));
  }

  private void scrape(Context context) {
    context.contentType("text/plain; version=0.0.4; charset=utf-8").result(metrics.scrape());
  }
}
