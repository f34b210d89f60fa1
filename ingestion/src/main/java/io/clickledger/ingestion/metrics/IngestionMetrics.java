package io.clickledger.ingestion.metrics;

import io.clickledger.rules.contract.Source;
import io.clickledger.rules.json.ReadResult;
import io.javalin.http.Context;
import io.javalin.router.Endpoint;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** What is counted and timed, and nothing that names a person or a click. */
public final class IngestionMetrics implements AutoCloseable {

  private static final String PREFIX = "clickledger.ingestion.";
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
  private final Counter spooled =
      registered("spooled.clicks", "Clicks that the spool keeps until Kafka is back");
  private final Counter replayed =
      registered("replayed.clicks", "Clicks of the spool that Kafka acknowledged");
  private final Counter setAside =
      registered(
          "set.aside.clicks",
          "Clicks of the spool that Kafka refuses for good, and damaged places of it");

  public IngestionMetrics() {
    garbageCollection.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  /** Counts what was found malformed; what was not is counted when the broker has answered. */
  public void read(List<ReadResult> results, Source source) {
    long malformed =
        results.stream().filter(reading -> reading instanceof ReadResult.Rejected).count();
    count("malformed", source, malformed);
  }

  public void acknowledged(Source source, long clicks) {
    count("acknowledged", source, clicks);
  }

  public void notAcknowledged(Source source, long clicks) {
    count("not_acknowledged", source, clicks);
  }

  public void spool(Supplier<Number> bytes) {
    Gauge.builder(PREFIX + "spool.bytes", bytes)
        .description("Bytes of clicks that wait in the spool")
        .baseUnit("bytes")
        .register(registry);
  }

  public void spooled(long clicks) {
    spooled.increment(clicks);
  }

  public void replayed(long clicks) {
    replayed.increment(clicks);
  }

  public void setAside(long clicks) {
    setAside.increment(clicks);
  }

  public void waiting(Supplier<Number> requests, Supplier<Number> bytes) {
    Gauge.builder(PREFIX + "waiting.requests", requests)
        .description("Requests that wait for the broker")
        .register(registry);
    Gauge.builder(PREFIX + "waiting.bytes", bytes)
        .description("Bytes of clicks that wait for the broker")
        .baseUnit("bytes")
        .register(registry);
  }

  /** Times a request, by its route and status. */
  public void answered(Context context, Float milliseconds) {
    Endpoint route = context.endpoints().lastHttpEndpoint();
    Timer.builder(PREFIX + "requests")
        .description("Time from a request's arrival to its answer")
        .tag("route", route == null ? "none" : route.path)
        .tag("status", Integer.toString(context.statusCode()))
        .serviceLevelObjectives(BUCKETS)
        .register(registry)
        .record(Duration.ofNanos((long) (milliseconds * 1_000_000)));
  }

  String text(String contentType) {
    return registry.scrape(contentType);
  }

  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }

  private Counter registered(String name, String description) {
    return Counter.builder(PREFIX + name).description(description).register(registry);
  }

  private void count(String outcome, Source source, long clicks) {
    if (clicks > 0) {
      registry
          .counter(PREFIX + "clicks", "outcome", outcome, "source", source.wireName())
          .increment(clicks);
    }
  }
}
