package io.clickledger.streaming;

import com.zaxxer.hikari.HikariDataSource;
import io.clickledger.lake.LakeSession;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.settings.Settings;
import io.clickledger.settings.SettingsAndArguments;
import io.clickledger.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streaming driver: {@code --settings FILE --queries land-clicks,count-clicks}. It ends with
 * exit code 1 as soon as one of its queries stops; whoever runs it starts it again.
 */
public final class StreamClicksJob {
  private static final Logger LOG = LoggerFactory.getLogger(StreamClicksJob.class);
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
    run(given.settings(), queries);
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

  private static void run(StreamingSettings settings, List<String> queries)
      throws IOException, InterruptedException {
    SparkSession spark = LakeSession.open("stream-clicks", settings.lake());
    try (HikariDataSource metadata = settings.metadata().open()) {
      Metadata copies =
          new Metadata(
              JavaSparkContext.fromSparkContext(spark.sparkContext()),
              new MetadataStore(metadata),
              settings.streaming().metadataRefresh());
      List<StreamingQuery> running = new ArrayList<>();
      if (queries.contains(LandClicks.QUERY)) {
        running.add(new LandClicks(spark, settings, copies).start());
      }
      if (queries.contains(CountClicks.QUERY)) {
        running.add(new CountClicks(spark, settings, copies).start());
      }
      awaitRunning(running);
      if (settings.streaming().readyFile().isPresent()) {
        Path ready = settings.streaming().readyFile().get();
        Files.writeString(ready, Instant.now() + System.lineSeparator());
      }
      LOG.info("running {}", queries);
      spark.streams().awaitAnyTermination();
    } catch (StreamingQueryException e) {
      LOG.error("a query stopped; the driver stops with it", e);
      System.exit(1);
    }
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
