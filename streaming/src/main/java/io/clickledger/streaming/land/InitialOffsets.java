package io.clickledger.streaming.land;

import io.clickledger.lake.LakeTables;
import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.KafkaPosition;
import io.clickledger.lake.commit.PositionConflictException;
import io.clickledger.lake.commit.PositionedAppend;
import io.clickledger.lake.landed.Landings;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The offsets where landing starts. They are recorded by an empty commit before the first record is
 * read, so that records that Kafka deletes later are a gap that stops LandClicks, and never a later
 * start.
 */
final class InitialOffsets {
  private static final Logger LOG = LoggerFactory.getLogger(InitialOffsets.class);

  private InitialOffsets() {}

  /** Records the initial offsets of each raw table that has no landing commit yet. */
  static void record(SparkSession spark, Topic topic) {
    Map<TableName, Optional<CommittedPosition>> recorded = new HashMap<>();
    Map<TableName, Table> tables = new HashMap<>();
    for (TableName name : Landings.TABLES) {
      Table table = LakeTables.load(spark, name);
      tables.put(name, table);
      recorded.put(name, CommittedPosition.newest(table, LandClicks.QUERY));
    }
    // After a kill between the two commits, the second table must start where the first one did,
    // not at Kafka's earliest offset of today.
    KafkaPosition offsets =
        recorded.values().stream()
            .flatMap(Optional::stream)
            .filter(other -> other.source().equals(topic.id()))
            .map(other -> KafkaPosition.parse(other.to()))
            .reduce(topic.earliest(), KafkaPosition::min);
    recorded.forEach(
        (name, newest) -> {
          if (newest.isEmpty()) {
            commit(name, tables.get(name), topic, offsets);
          }
        });
  }

  private static void commit(TableName name, Table table, Topic topic, KafkaPosition offsets) {
    try {
      new PositionedAppend(
              LandClicks.QUERY,
              topic.id(),
              Optional.empty(),
              offsets,
              Instant.now().truncatedTo(ChronoUnit.MILLIS),
              Map.of(CommittedPosition.ROWS, KafkaPosition.of(Map.of()).toString()))
          .commit(table, List.of());
      LOG.info("recorded initial offsets table={} offsets={}", name, offsets);
    } catch (PositionConflictException e) {
      LOG.info("another driver recorded the initial offsets of {} first", name);
    }
  }
}
