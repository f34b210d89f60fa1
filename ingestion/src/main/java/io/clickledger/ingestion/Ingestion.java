package io.clickledger.ingestion;

import io.clickledger.http.Check;
import io.clickledger.http.HealthHandler;
import io.clickledger.http.ProblemAnswers;
import io.clickledger.http.ReadyHandler;
import io.clickledger.ingestion.delivery.ClickProducer;
import io.clickledger.ingestion.delivery.TopicProbe;
import io.clickledger.ingestion.http.ClickRoutes;
import io.clickledger.ingestion.metrics.IngestionMetrics;
import io.clickledger.ingestion.metrics.MetricsHandler;
import io.clickledger.ingestion.spool.Spool;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The running program. Closing it refuses new requests, answers those in progress, and waits until
 * every sent click is acknowledged or refused.
 */
public final class Ingestion implements AutoCloseable {

  private static final Duration READY_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration PROBE_TIMEOUT = Duration.ofMillis(1500);

  private final IngestionSettings settings;
  private final Clock clock;
  private final QueuedThreadPool threads;
  private final IngestionMetrics metrics = new IngestionMetrics();
  private final Optional<Spool> spool;
  private final ClickProducer producer;
  private final TopicProbe topic;
  private final Javalin server;

  private Ingestion(IngestionSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.threads = new QueuedThreadPool(settings.http().threads());
    this.threads.setName("http");
    this.spool =
        settings
            .spool()
            .folder()
            .map(folder -> Spool.open(folder, settings.spool().maxBytes(), metrics));
    this.topic = new TopicProbe(settings.kafka(), PROBE_TIMEOUT);
    this.producer = new ClickProducer(settings.kafka(), threads, metrics, topic, spool);
    this.server = Javalin.create(this::configure);
  }

  /**
   * Starts listening, whether the broker answers or not: readiness says that.
   *
   * @throws io.javalin.util.JavalinException where the port cannot be had
   * @throws io.clickledger.ingestion.spool.SpoolException where the spool cannot be opened
   */
  public static Ingestion start(IngestionSettings settings, Clock clock) {
    Ingestion ingestion = new Ingestion(settings, clock);
    try {
      ingestion.server.start();
    } catch (RuntimeException e) {
      ingestion.close();
      throw e;
    }
    return ingestion;
  }

  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } finally {
      producer.close();
      topic.close();
      metrics.close();
    }
  }

  private void addRoutes(RoutesConfig routes) {
    List<Check> checks =
        List.of(
            spool
                .map(kept -> new Check("kafka", () -> askForRoom(kept), this::deliveryState))
                .orElseGet(() -> new Check("kafka", topic)));

    new ClickRoutes(settings.http(), clock, producer, metrics).addTo(routes);
    routes.get("/health", new HealthHandler());
    routes.get("/ready", new ReadyHandler(checks, READY_TIMEOUT));
    routes.get("/metrics", new MetricsHandler(metrics));
  }

  /** With room in the spool, clicks are taken whether Kafka answers or not. */
  private void askForRoom(Spool kept) throws Exception {
    if (!kept.hasRoom()) {
      topic.ask();
    }
  }

  private String deliveryState() {
    return producer.isSpooling() ? "ready: Kafka is away, clicks go to the spool" : "ready";
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.maxRequestSize = settings.http().maxBodyBytes();
    config.jetty.host = settings.http().host();
    config.jetty.port = settings.http().port();
    config.jetty.threadPool = threads;
    config.jetty.modifyHttpConfiguration(
        http -> http.setRequestHeaderSize(settings.http().maxHeadBytes()));
    config.jetty.modifyServer(
        jetty -> {
          jetty.insertHandler(new GracefulHandler());
          jetty.setStopTimeout(settings.http().stopTimeout().toMillis());
        });
    config.requestLogger.http(metrics::answered);
    ProblemAnswers.register(config);
    addRoutes(config.routes);
  }
}
