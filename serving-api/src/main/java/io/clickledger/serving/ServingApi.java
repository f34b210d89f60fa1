package io.clickledger.serving;

import io.clickledger.http.Check;
import io.clickledger.http.ReadyHandler;
import io.clickledger.metadata.MetadataNames;
import io.clickledger.metadata.MetadataSettings;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.serving.access.AccessControl;
import io.clickledger.serving.books.ListingHandler;
import io.clickledger.serving.books.Publications;
import io.clickledger.serving.names.Names;
import io.clickledger.serving.pins.Pins;
import io.clickledger.serving.pins.PublishedThrough;
import io.clickledger.serving.reports.plan.Reports;
import io.clickledger.serving.restatements.RestatementsHandler;
import io.clickledger.serving.trino.AskerLimits;
import io.clickledger.serving.trino.SqlFile;
import io.clickledger.serving.trino.Trino;
import io.clickledger.serving.trino.TrinoQuery;
import io.clickledger.serving.window.Window;
import io.javalin.Javalin;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The program: started, it answers until it is closed. */
public final class ServingApi implements AutoCloseable {

  // It logs every failed load with a stack trace; here a failed load is an answer, logged once.
  private static final Logger CACHE_LOG =
      Logger.getLogger("com.github.benmanes.caffeine.cache.LocalAsyncCache");

  /** Some of them wait for clients that read slowly; a thread that waits costs little. */
  private static final int MAX_HTTP_THREADS = 250;

  private static final Duration READINESS_TIMEOUT = Duration.ofSeconds(10);

  private final Duration stopDelay;
  private final ReadyHandler ready;
  private final Trino trino;
  private final Trino ownTrino;
  private final Optional<Names> names;
  private final Window window;
  private final Reports reports;
  private final AccessControl access;
  private final Javalin javalin;
  private final PrometheusMeterRegistry metrics;

  private ServingApi(ServingSettings settings, Clock clock) {
    CACHE_LOG.setLevel(Level.OFF);
    this.stopDelay = settings.http().stopDelay();
    this.metrics = metrics();
    this.trino = Trino.forUsers(settings.trino(), metrics);
    this.ownTrino = Trino.forItself(settings.trino(), metrics);
    Optional<DataSource> database = settings.metadata().store().map(MetadataSettings::dataSource);
    this.names =
        database.map(
            source ->
                Names.start(new MetadataStore(source), settings.metadata().refresh(), metrics));
    this.access =
        new AccessControl(
            settings.access(), database, clock, Routes.OPEN_PATHS, Routes.OPEN_FOLDERS);
    Pins pins = new Pins(ownTrino, clock, settings.reports().pinAge());
    new PublishedThrough(pins).register(metrics);
    this.window = Window.start(ownTrino, pins, settings.window(), metrics);
    AskerLimits askers = new AskerLimits(settings.trino().requestsPerKey());
    this.reports = new Reports(trino, askers, pins, window, settings.reports(), metrics);
    this.ready =
        new ReadyHandler(
            checks(ownTrino, pins, window, new FirstReport(pins, reports), access),
            READINESS_TIMEOUT);
    QueuedThreadPool threads = new QueuedThreadPool(MAX_HTTP_THREADS);
    threads.setName("http");
    Publications publications = new Publications(ownTrino, pins);
    Routes routes =
        new Routes(
            settings,
            clock,
            metrics,
            access,
            reports,
            () -> names.map(Names::latest).orElse(MetadataNames.NONE),
            new RestatementsHandler(trino, askers, pins, threads),
            listing -> new ListingHandler(listing, trino, askers, publications, threads),
            ready,
            threads);
    this.javalin = Javalin.start(routes::configure);
  }

  /** Starts the API; it answers /health before Trino does. */
  public static ServingApi start(ServingSettings settings, Clock clock) {
    return new ServingApi(settings, clock);
  }

  private static PrometheusMeterRegistry metrics() {
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(metrics);
    new JvmThreadMetrics().bindTo(metrics);
    new ProcessorMetrics().bindTo(metrics);
    JvmGcMetrics garbage = new JvmGcMetrics();
    garbage.bindTo(metrics);
    return metrics;
  }

  private static List<Check> checks(
      Trino trino, Pins pins, Window window, FirstReport report, AccessControl access) {
    SqlFile tables = SqlFile.named("tables");
    TrinoQuery query = new TrinoQuery(tables.name(), tables.text(Map.of()), List.of());
    return List.of(
        new Check(
            "tables", new PacedProbe(() -> Readiness.await(trino.ask(query, rows -> rows.next())))),
        new Check("snapshots", new PacedProbe(() -> Readiness.await(pins.current()))),
        new Check("window", () -> Readiness.await(window)),
        new Check("report", new PacedProbe(report::await)),
        access.check());
  }

  public int port() {
    return javalin.port();
  }

  /**
   * Stops as a load balancer needs it: /ready says so first, then no connection is taken and
   * answers under way end.
   */
  @Override
  public void close() {
    ready.stop();
    try {
      Thread.sleep(stopDelay.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    javalin.stop();
    access.close();
    names.ifPresent(Names::close);
    window.close();
    reports.close();
    trino.close();
    ownTrino.close();
    metrics.close();
  }
}
