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
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
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
  private final ClickProducer producer;
  private final TopicProbe topic;
  private final Javalin server;

  private Ingestion(IngestionSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.threads = new QueuedThreadPool(settings.http().threads());
    this.threads.setName("http");
    this.producer = new ClickProducer(settings.kafka(), threads, metrics);
    this.topic = new TopicProbe(settings.kafka(), PROBE_TIMEOUT);
    this.server = Javalin.create(this::configure);
  }

  /**
   * Starts listening, whether the broker answers or not: readiness says that.
   *
   * @throws io.javalin.util.JavalinException where the port cannot be had
   */
  public static Ingestion start(IngestionSettings settings, Clock clock) {
    Ingestion ingestion = new Ingestion(settings, clock);
    ingestion.server.start();
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
      topic.close();
      producer.close();
      metrics.close();
    }
  }

  private void addRoutes(RoutesConfig routes) {
    List<Check> checks = List.of(new Check("kafka", topic));

    new ClickRoutes(settings.http(), clock, producer, metrics).addTo(routes);
    routes.get("/health", new HealthHandler());
    routes.get("/ready", new ReadyHandler(checks, READY_TIMEOUT));
    routes.get("/metrics", new MetricsHandler(metrics));
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
