package io.clickledger.streaming.driver;

import io.clickledger.lake.LakeSession;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.expire.SnapshotExpiry;
import io.clickledger.metadata.MetadataChanges;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.programs.ExitCode;
import io.clickledger.streaming.StreamingSettings;
import io.clickledger.streaming.count.CountClicks;
import io.clickledger.streaming.land.LandClicks;
import io.clickledger.streaming.query.MetadataCache;
import io.clickledger.streaming.query.RunningBatches;
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

/**
 * The streaming driver's work: both queries until they are stopped or fail.
 *
 * @param queries names of the queries that run
 */
record StreamClicksJob(StreamingSettings settings, List<String> queries) {
  private static final Logger LOG = LoggerFactory.getLogger(StreamClicksJob.class);
  private static final Duration POLL = Duration.ofMillis(200);

  /** How long stopping a query may take once no batch runs. */
  private static final Duration QUERY_STOP = Duration.ofSeconds(10);

  /** Runs the queries to their end, and returns the exit status. */
  int run(QueryLocks locks) throws IOException, InterruptedException {
    SparkSession spark = LakeSession.open("stream-clicks", settings.lake());
    // Without this limit, stopping could wait for ever.
    spark.conf().set("spark.sql.streaming.stopTimeout", QUERY_STOP.toMillis());
    RunningBatches batches = new RunningBatches();
    AtomicBoolean stopRequested = new AtomicBoolean();
    try (StreamingMetrics metrics = new StreamingMetrics();
        MetricsEndpoint endpoint = new MetricsEndpoint(metrics);
        ExpiryTimer expiry = expiry(spark, settings, metrics)) {
      if (settings.streaming().metricsPort() != 0) {
        endpoint.start(settings.streaming().metricsHost(), settings.streaming().metricsPort());
      }
      MetadataCache metadata =
          new MetadataCache(
              JavaSparkContext.fromSparkContext(spark.sparkContext()),
              new MetadataStore(settings.metadata().dataSource()),
              settings.streaming().metadataRefresh());
      // It ends with the driver.
      MetadataChanges.subscribe(settings.metadata().dataSource(), new MetadataListener(metadata));
      List<StreamingQuery> running = new ArrayList<>();
      if (queries.contains(LandClicks.QUERY)) {
        running.add(new LandClicks(spark, settings, metadata, metrics, batches).start());
      }
      if (queries.contains(CountClicks.QUERY)) {
        running.add(new CountClicks(spark, settings, metadata, metrics, batches).start());
      }
      // A signal handler and not a shutdown hook: hooks run concurrently, and Spark's own would
      // interrupt the batches. A second signal ends the JVM at once.
      SignalUtils.register("TERM", () -> !stopRequested.getAndSet(true));
      awaitRunning(running);
      if (settings.streaming().readyFile().isPresent()) {
        Path ready = settings.streaming().readyFile().get();
        Files.writeString(ready, Instant.now() + System.lineSeparator());
      }
      LOG.info("running {}", queries);
      expiry.start(settings.streaming().expiryInterval());
      while (!stopRequested.get()
          && locks.loss().isEmpty()
          && !spark.streams().awaitAnyTermination(POLL.toMillis())) {
        // Polls until a stop is requested, a lock is lost or a query ends.
      }
      stop(running, batches, settings.streaming().stopTimeout());
    } catch (StreamingQueryException e) {
      LOG.error("a query stopped; the driver stops with it", e);
      return ExitCode.TRY_LATER;
    }
    spark.stop();
    return stopRequested.get() ? ExitCode.DONE : ExitCode.TRY_LATER;
  }

  /** Waits for running batches up to the timeout, then stops the queries. */
  private static void stop(List<StreamingQuery> queries, RunningBatches batches, Duration timeout)
      throws InterruptedException {
    LOG.info("stopping: batches that run may take {} s to their end", timeout.toSeconds());
    if (!batches.awaitFinished(timeout)) {
      LOG.warn(
          "a batch took longer than streaming.stop-timeout and is interrupted; the next driver repeats it");
    }
    awaitBetweenBatches(queries, batches);
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
  private static void awaitBetweenBatches(List<StreamingQuery> queries, RunningBatches batches)
      throws InterruptedException {
    Instant end = Instant.now().plus(QUERY_STOP);
    while (Instant.now().isBefore(end)
        && queries.stream().filter(query -> query.status().isTriggerActive()).count()
            > batches.waiting()) {
      Thread.sleep(10);
    }
  }

  private static ExpiryTimer expiry(
      SparkSession spark, StreamingSettings settings, StreamingMetrics metrics) {
    return new ExpiryTimer(
        () -> new SnapshotExpiry(name -> LakeTables.load(spark, name)),
        settings.streaming().keepSnapshots(),
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
