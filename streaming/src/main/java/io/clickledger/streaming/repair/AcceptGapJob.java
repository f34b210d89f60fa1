package io.clickledger.streaming.repair;

import io.clickledger.lake.AdvisoryLock;
import io.clickledger.lake.CatalogDatabase;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.landed.Landings;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.TableName;
import io.clickledger.streaming.StreamingSettings;
import io.clickledger.streaming.land.Gap;
import io.clickledger.streaming.land.LandClicks;
import io.clickledger.streaming.land.Topic;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records an operator's decision to continue landing although Kafka no longer has some records.
 * Each raw table gets one empty commit whose end position is Kafka's earliest offset; LandClicks
 * continues there. The job refuses where no record is lost, and while a streaming driver is
 * landing.
 */
public final class AcceptGapJob {
  private static final Logger LOG = LoggerFactory.getLogger(AcceptGapJob.class);
  private final SparkSession spark;
  private final StreamingSettings settings;
  private final Duration maxWait;

  /**
   * @param maxWait how long to wait until a running driver ends
   */
  public AcceptGapJob(SparkSession spark, StreamingSettings settings, Duration maxWait) {
    this.spark = spark;
    this.settings = settings;
    this.maxWait = maxWait;
  }

  /** The gaps that would be accepted, one line each. */
  public List<String> show() {
    List<String> lines = new ArrayList<>();
    gaps()
        .forEach(
            gap -> {
              lines.add(gap.toString());
              lines.add("%s would go on at %s".formatted(gap.table(), gap.resumption()));
            });
    lines.add("dry run: nothing was changed");
    return lines;
  }

  /**
   * Accepts the gaps and returns one line for each. No driver may run meanwhile: it may already
   * have read records that Kafka has deleted since.
   */
  public List<String> accept(String reason) {
    // Where nothing is lost, there is nothing to wait for.
    gaps();
    try (AdvisoryLock noDriver =
        AdvisoryLock.await(CatalogDatabase.of(settings.lake()), LandClicks.QUERY, maxWait)) {
      return accept(gaps(), reason, noDriver);
    } catch (AdvisoryLock.HeldException e) {
      throw new RefusedException("a driver lands; stop it first: " + e.getMessage());
    }
  }

  private List<String> accept(List<Gap> gaps, String reason, AdvisoryLock noDriver) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    List<String> lines = new ArrayList<>();
    for (Gap gap : gaps) {
      noDriver.requireHeld();
      gap.acceptance(reason, now).commit(LakeTables.load(spark, gap.table()), List.of());
      LOG.warn("accepted gap=\"{}\" reason=\"{}\" to={}", gap, reason, gap.resumption());
      lines.add(gap.toString());
      lines.add("accepted: %s goes on at %s".formatted(gap.table(), gap.resumption()));
    }
    // The proof of the earlier topic is complete now; offsets of the next one repeat its own.
    landings().record();
    return lines;
  }

  private List<Gap> gaps() {
    Topic topic = Topic.describe(settings.kafka());
    List<Gap> gaps = new ArrayList<>();
    recorded().forEach((name, end) -> Gap.after(name, end, topic).ifPresent(gaps::add));
    if (gaps.isEmpty()) {
      throw new RefusedException(
          "Kafka has all that comes after %s: there is no gap to accept"
              .formatted(
                  recorded().entrySet().stream()
                      .map(end -> end.getKey() + " " + end.getValue().to())
                      .collect(Collectors.joining(" and "))));
    }
    return gaps;
  }

  /** A table without a landing begins where Kafka begins: it can have no gap. */
  private Map<TableName, CommittedPosition> recorded() {
    Map<TableName, CommittedPosition> recorded = new LinkedHashMap<>();
    for (TableName name : Landings.TABLES) {
      CommittedPosition.newest(LakeTables.load(spark, name), LandClicks.QUERY)
          .ifPresent(end -> recorded.put(name, end));
    }
    return recorded;
  }

  private Landings landings() {
    return Landings.of(name -> LakeTables.load(spark, name));
  }
}
