package io.clickledger.streaming.driver;

import io.clickledger.lake.CatalogDatabase;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import io.clickledger.programs.WrongUsageException;
import io.clickledger.streaming.StreamingSettings;
import io.clickledger.streaming.count.CountClicks;
import io.clickledger.streaming.land.LandClicks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Program: {@link StreamClicksJob}. The exit status is {@link ExitCode#TRY_LATER} where a query
 * failed, or where another driver holds the lock of one of its queries, at the start or later; it
 * is {@link ExitCode#DONE} after a SIGTERM, once running batches have finished.
 */
@Command(
    name = "stream-clicks",
    description = "Land clicks from Kafka and count them, until it is stopped.")
public final class StreamClicksMain extends JobMain<StreamingSettings> {
  /** How long to wait for the locks of a driver that is shutting down. */
  private static final Duration MAX_LOCK_WAIT = Duration.ofSeconds(3);

  private static final List<String> QUERIES = List.of(LandClicks.QUERY, CountClicks.QUERY);

  @Option(
      names = "--queries",
      split = ",",
      paramLabel = "QUERY",
      description =
          "Which queries run: " + LandClicks.QUERY + ", " + CountClicks.QUERY + " (both).")
  private List<String> queries = QUERIES;

  StreamClicksMain() {
    super(StreamingSettings.class, StreamingSettings.DEFAULTS);
  }

  public static void main(String[] args) {
    JobMain.exit(new StreamClicksMain(), args);
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
      return new StreamClicksJob(settings, queries).run(locks);
    }
  }
}
