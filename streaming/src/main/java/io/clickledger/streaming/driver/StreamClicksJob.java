package io.clickledger.streaming.driver;

import io.clickledger.lake.CatalogDatabase;
import io.clickledger.lake.LakeSession;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.expire.SnapshotExpiry;
import io.clickledger.metadata.MetadataChanges;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import io.clickledger.programs.WrongUsageException;
import io.clickledger.streaming.StreamingSettings;
import io.clickledger.streaming.count.CountClicks;
import io.clickledger.streaming.land.LandClicks;
import io.clickledger.streaming.query.BatchGate;
import io.clickledger.streaming.query.Metadata;
import io.clickledger.streaming.query.StreamingMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.util.SignalUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The streaming driver. It ends with {@link ExitCode#TRY_LATER} as soon as one of its queries
 * fails, and whoever runs it starts it again; with the same where another driver runs one of its
 * queries, before any work or as soon as that one has its lock; with {@link ExitCode#DONE} after a
 * SIGTERM, once the batches that run are done.
 */
@Command(
    name = "stream-clicks",
    description = "Land clicks from Kafka and count them, until it is told to end.")
public final class StreamClicksJob extends JobMain<StreamingSettings> {
  private static final Logger LOG = LoggerFactory.getLogger(StreamClicksJob.class);
  private static final Duration POLL = Duration.ofMillis(200);

  /** How long to wait for the locks of a driver that is shutting down. */
  private static final Duration MAX_LOCK_WAIT = Duration.ofSeconds(3);

  /** How long stopping a query may take once no batch runs. */
  private static final Duration QUERY_STOP = Duration.ofSeconds(10);

  private static final List<String> QUERIES = List.of(LandClicks.QUERY, CountClicks.QUERY);

  @Option(
      names = "--queries",
      split = ",",
      paramLabel = "QUERY",
      description =
          "Which queries run: " + LandClicks.QUERY + ", " + CountClicks.QUERY + " (both).")
  private List<String> queries = QUERIES;

  StreamClicksJob() {
    super(StreamingSettings.class, StreamingSettings.DEFAULTS);
  }

  public static void main(String[] args) {
    JobMain.exit(new StreamClicksJob(), args);
  }

  @Override
  protected int run(StreamingSettings settings) throws IOException, InterruptedException {
    if (!QUERIES.containsAll(queries)) {
      throw new WrongUsageException("--queries must be of %s, was %s".formatted(QUERIES, queries));
    }
    try {
      settings.enrichment().databases().check();
    } catch (IllegalArgumentException e) {
      throw new WrongUsageException(e.getMessage());
    }
    try (QueryLocks locks =
        QueryLocks.take(CatalogDatabase.of(settings.lake()), queries, MAX_LOCK_WAIT)) {
      return run(settings, queries, locks);
    }
  }

  private static int run(StreamingSettings settings, List<String> queries, QueryLocks locks)
      throws IOException, InterruptedException {
    SparkSession spark = LakeSession.open("stream-clicks", settings.lake());
    // Without this limit, stopping could wait for ever.
    spark.conf().set("spark.sql.streaming.stopTimeout", QUERY_STOP.toMillis());
    BatchGate gate = new BatchGate();
    AtomicBoolean asked = new AtomicBoolean();
    try (StreamingMetrics metrics = new StreamingMetrics();
        MetricsEndpoint endpoint = new MetricsEndpoint(metrics);
        ExpiryTimer expiry = expiry(spark, settings, metrics)) {
      if (settings.streaming().metricsPort() != 0) {
        endpoint.start(settings.streaming().metricsHost(), settings.streaming().metricsPort());
      }
      Metadata copies =
          new Metadata(
              JavaSparkContext.fromSparkContext(spark.sparkContext()),
              new MetadataStore(settings.metadata().dataSource()),
              settings.streaming().metadataRefresh());
      // It ends with the driver.
      MetadataChanges.subscribe(settings.metadata().dataSource(), new MetadataListener(copies));
      List<StreamingQuery> running = new ArrayList<>();
      if (queries.contains(LandClicks.QUERY)) {
        running.add(new LandClicks(spark, settings, copies, metrics, gate).start());
      }
      if (queries.contains(CountClicks.QUERY)) {
        running.add(new CountClicks(spark, settings, copies, metrics, gate).start());
      }
      // A signal handler and not a shutdown hook: hooks run concurrently, and Spark's own would
      // interrupt the batches. A second signal ends the JVM at once.
      SignalUtils.register("TERM", () -> !asked.getAndSet(true));
      awaitRunning(running);
      if (settings.streaming().readyFile().isPresent()) {
        Path ready = settings.streaming().readyFile().get();
        Files.writeString(ready, Instant.now() + System.lineSeparator());
      }
      LOG.info("running {}", queries);
      expiry.start(settings.streaming().expiryInterval());
      while (!asked.get()
          && locks.loss().isEmpty()
          && !spark.streams().awaitAnyTermination(POLL.toMillis())) {
        // Until one of these is so.
      }
      stop(running, gate, settings.streaming().stopTimeout());
    } catch (StreamingQueryException e) {
      LOG.error("a query stopped; the driver stops with it", e);
      return ExitCode.TRY_LATER;
    }
    spark.stop();
    return asked.get() ? ExitCode.DONE : ExitCode.TRY_LATER;
  }

  /** Waits for running batches up to the timeout, then stops the queries. */
  private static void stop(List<StreamingQuery> queries, BatchGate gate, Duration timeout)
      throws InterruptedException {
    LOG.info("stopping: batches that run may take {} s to their end", timeout.toSeconds());
    if (!gate.close(timeout)) {
      LOG.warn("a batch still runs: it is cut off, and the next driver runs it again");
    }
    awaitBetweenBatches(queries, gate);
    for (StreamingQuery query : queries) {
      try {
        query.stop();
        LOG.info("stopped {}", query.name());
      } catch (TimeoutException e) {
        LOG.warn("{} did not stop in time; it ends with the driver", query.name());
      }
    }
  }

  /**
   * Waits a short time until no query writes its checkpoint: stopping a query interrupts it, and
   * Hadoop's shell command that reads links may never return from an interrupt (HADOOP-10622).
   */
  private static void awaitBetweenBatches(List<StreamingQuery> queries, BatchGate gate)
      throws InterruptedException {
    Instant end = Instant.now().plus(QUERY_STOP);
    while (Instant.now().isBefore(end)
        && queries.stream().filter(query -> query.status().isTriggerActive()).count()
            > gate.waiting()) {
      Thread.sleep(10);
    }
  }

  private static ExpiryTimer expiry(
      SparkSession spark, StreamingSettings settings, StreamingMetrics metrics) {
    return new ExpiryTimer(
        () -> new SnapshotExpiry(name -> LakeTables.load(spark, name)),
        new SnapshotExpiry.Retention(settings.upkeep().keepSnapshots(), 1),
        metrics);
  }

  /** Waits until each query has planned its first batch or waits for input. */
  private static void awaitRunning(List<StreamingQuery> queries) throws InterruptedException {
    for (StreamingQuery query : queries) {
      while (query.isActive() && query.status().message().startsWith("Initializing")) {
        Thread.sleep(100);
      }
    }
  }
}
