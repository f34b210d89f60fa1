package io.clickledger.streaming.query;

import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.spark.UnanalysedField;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Info;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The metrics of the queries for Prometheus; none of them names a person, an ad or a click.
 * Counters start at 0 with the driver. The backlog is read when it is scraped, so that a stuck
 * query does not look idle.
 */
public final class StreamingMetrics implements AutoCloseable {
  private static final String PREFIX = "clickledger.";
  private static final Duration MIN_READ_INTERVAL = Duration.ofSeconds(5);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Duration readInterval;
  private final Counter landed;
  private final Counter duplicates;
  private final Counter expiryFailures;
  private final Counter copyFailures;
  private final Info rulesInForce;
  private volatile long historyBytes;
  private volatile long historyIds;

  public StreamingMetrics() {
    this(MIN_READ_INTERVAL);
  }

  /**
   * @param readInterval how long a value of a backlog may be reused
   */
  public StreamingMetrics(Duration readInterval) {
    this.readInterval = readInterval;
    this.landed =
        Counter.builder(PREFIX + "landed.records")
            .description("Records that became rows of raw.clicks")
            .register(registry);
    this.duplicates =
        Counter.builder(PREFIX + "duplicate.clicks")
            .description("Clicks counted as duplicates")
            .register(registry);
    this.expiryFailures =
        Counter.builder(PREFIX + "expiry.failures")
            .description("Expiries of snapshots that failed")
            .register(registry);
    this.copyFailures =
        Counter.builder(PREFIX + "history.copy.failures")
            .description("Copies of slices of the history that could not be written")
            .register(registry);
    // Micrometer would remove the suffix info from a gauge's name.
    this.rulesInForce =
        Info.builder()
            .name(PREFIX.replace('.', '_') + "fraud_rules")
            .help("Version of the fraud rules that the newest batch used")
            .labelNames("version")
            .register(registry.getPrometheusRegistry());
    Gauge.builder(PREFIX + "history.bytes", () -> historyBytes)
        .description("Memory of the clicks that duplicates and rules are found by")
        .register(registry);
    Gauge.builder(PREFIX + "history.ids", () -> historyIds)
        .description("Click_ids that are remembered")
        .register(registry);
    for (RejectionReason reason : RejectionReason.values()) {
      rejected(reason.name());
    }
    for (UnanalysedField value : UnanalysedField.values()) {
      unanalysed(value.wireName());
    }
  }

  /** The registry, for further metrics. */
  public PrometheusMeterRegistry registry() {
    return registry;
  }

  /** Parts of a batch, in their order. */
  public enum Phase {
    MARK,
    WRITE,
    COMMIT
  }

  public void took(String query, Phase phase, Duration time) {
    Timer.builder(PREFIX + "batch")
        .description("Time that a part of a batch took")
        .tag("query", query)
        .tag("phase", phase.name().toLowerCase(Locale.ROOT))
        .register(registry)
        .record(time);
  }

  public void landed(
      long clicks, Map<String, Long> rejectedByReason, Map<String, Long> flaggedByRule) {
    landed.increment(clicks);
    rejectedByReason.forEach((reason, records) -> rejected(reason).increment(records));
    flaggedByRule.forEach((rule, count) -> flagged(rule).increment(count));
  }

  /** Counts values of landed clicks that could not be analysed, by what they are. */
  public void unanalysed(Map<String, Long> valuesByField) {
    valuesByField.forEach((field, values) -> unanalysed(field).increment(values));
  }

  public void counted(long duplicateClicks, Map<String, Long> flaggedByRule) {
    duplicates.increment(duplicateClicks);
    flaggedByRule.forEach((rule, clicks) -> flagged(rule).increment(clicks));
  }

  /** What the histories hold now. */
  public void histories(long bytes, long ids) {
    historyBytes = bytes;
    historyIds = ids;
  }

  /** Sets the rules of the newest batch; each rule has a counter from now on. */
  public void rules(FraudRules rules) {
    rules.verdicts().keySet().forEach(this::flagged);
    rulesInForce.setLabelValues(rules.version());
  }

  /** Registers the backlog of the query, which is read at most once per interval. */
  public void backlog(String query, Supplier<Backlog> source) {
    CachedBacklog watch = new CachedBacklog(query, source, readInterval);
    Gauge.builder(PREFIX + "lag.clicks", watch::clicks)
        .description("What waits for the query: Kafka's records, or rows of raw.clicks")
        .tag("query", query)
        .register(registry);
    Gauge.builder(PREFIX + "lag.seconds", watch::seconds)
        .description("Age of the oldest that waits for the query; 0 where nothing does")
        .tag("query", query)
        .register(registry);
  }

  /**
   * Registers the age of the newest landing in live.
   *
   * @param landedThrough newest counted landing; the epoch where live is empty
   */
  public void freshness(Supplier<Instant> landedThrough) {
    Gauge.builder(PREFIX + "freshness.seconds", () -> secondsSince(landedThrough.get()))
        .description("Time since the newest landing that live.clicks_by_minute has")
        .register(registry);
  }

  public void copiesFailed(int copies) {
    copyFailures.increment(copies);
  }

  public void expiryFailed() {
    expiryFailures.increment();
  }

  public static long perSecond(long rows, Duration time) {
    return rows * 1000 / Math.max(1, time.toMillis());
  }

  @Override
  public void close() {
    registry.close();
  }

  private static double secondsSince(Instant landing) {
    return landing.equals(Instant.EPOCH)
        ? Double.NaN
        : Duration.between(landing, Instant.now()).toMillis() / 1000.0;
  }

  private Counter rejected(String reason) {
    return Counter.builder(PREFIX + "rejected.records")
        .description("Records that became rows of raw.rejected_clicks")
        .tag("reason", reason)
        .register(registry);
  }

  private Counter unanalysed(String field) {
    return Counter.builder(PREFIX + "unanalysed.values")
        .description("Values of landed clicks that could not be analysed and are unknown")
        .tag("field", field)
        .register(registry);
  }

  private Counter flagged(String rule) {
    return Counter.builder(PREFIX + "flagged.clicks")
        .description("Clicks that a fraud rule matched")
        .tag("rule", rule)
        .register(registry);
  }
}
