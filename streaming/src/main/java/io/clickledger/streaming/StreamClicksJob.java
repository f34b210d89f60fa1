package io.clickledger.streaming;

import io.clickledger.lake.CatalogDatabase;
import io.clickledger.lake.LakeSession;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.SnapshotExpiry;
import io.clickledger.metadata.MetadataChanges;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.settings.Settings;
import io.clickledger.settings.SettingsAndArguments;
import io.clickledger.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
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

/**
 * The streaming driver: {@code --settings FILE --queries land-clicks,count-clicks}. It ends with
 * exit code 1 as soon as one of its queries fails, and whoever runs it starts it again; with 3
 * where another driver runs one of its queries, before any work or as soon as that one has its
 * lock; with 0 after a SIGTERM, once the batches that run are done.
 */
public final class StreamClicksJob {
  private static final Logger LOG = LoggerFactory.getLogger(StreamClicksJob.class);
  private static final Duration POLL = Duration.ofMillis(200);

  /** How long a driver that ends may hold on to its locks. */
  private static final Duration MAX_LOCK_WAIT = Duration.ofSeconds(3);

  private static final int ENDED = 0;
  private static final int FAILED = 1;
  private static final int REFUSED = 3;

  /** How long a query may take to its stop once no batch runs. */
  private static final Duration QUERY_STOP = Duration.ofSeconds(10);

  private static final List<String> QUERIES = List.of(LandClicks.QUERY, CountClicks.QUERY);

  private StreamClicksJob() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    SettingsAndArguments<StreamingSettings> given;
    List<String> queries;
    try {
      given =
          Settings.fromArgumentsBeside(
              StreamingSettings.class, StreamingSettings.DEFAULTS, args, System.getenv());
      queries = queries(given.arguments());
      given.settings().enrichment().databases().check();
    } catch (SettingsException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    int status;
    try (QueryLocks locks =
        QueryLocks.take(CatalogDatabase.of(given.settings().lake()), queries, MAX_LOCK_WAIT)) {
      status = run(given.settings(), queries, locks);
    } catch (QueryLocks.RefusedException e) {
      System.err.println(e.getMessage());
      status = REFUSED;
    }
    System.exit(status);
  }

  static List<String> queries(List<String> arguments) {
    if (arguments.isEmpty()) {
      return QUERIES;
    }
    if (arguments.size() != 2 || !arguments.get(0).equals("--queries")) {
      throw new IllegalArgumentException(
          "arguments are --settings FILE [--queries %s], were %s"
              .formatted(String.join(",", QUERIES), arguments));
    }
    List<String> queries = Arrays.asList(arguments.get(1).split(","));
    if (!QUERIES.containsAll(queries)) {
      throw new IllegalArgumentException(
          "--queries must be of %s, was %s".formatted(QUERIES, arguments.get(1)));
    }
    return queries;
  }

  private static int run(StreamingSettings settings, List<String> queries, QueryLocks locks)
      throws IOException, InterruptedException {
    SparkSession spark = LakeSession.open("stream-clicks", settings.lake());
    // Without it, stopping would wait for ever.
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
      MetadataChanges.tell(settings.metadata().dataSource(), new ToldChanges(copies));
      List<StreamingQuery> running = new ArrayList<>();
      if (queries.contains(LandClicks.QUERY)) {
        running.add(new LandClicks(spark, settings, copies, metrics, gate).start());
      }
      if (queries.contains(CountClicks.QUERY)) {
        running.add(new CountClicks(spark, settings, copies, metrics, gate).start());
      }
      // Not a shutdown hook: those run side by side, and Spark's own would cut the batches off. A
      // second signal is left to the JVM, for whoever does not want to wait.
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
      return FAILED;
    }
    spark.stop();
    if (asked.get()) {
      return ENDED;
    }
    return locks.loss().isPresent() ? REFUSED : FAILED;
  }

  /** Lets the batches that run finish, if they do in time; then stops the queries. */
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
   * Until no query writes its checkpoint, if that is so soon: stopping interrupts, and Hadoop's
   * shell, which links are read by, may never come back from that (HADOOP-10622).
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
        new SnapshotExpiry.Keep(settings.upkeep().keepSnapshots(), 1),
        metrics);
  }

  /** Until each query has planned its first batch or waits for something to read. */
  private static void awaitRunning(List<StreamingQuery> queries) throws InterruptedException {
    for (StreamingQuery query : queries) {
      while (query.isActive() && query.status().message().startsWith("Initializing")) {
        Thread.sleep(100);
      }
    }
  }
}
