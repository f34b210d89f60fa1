package io.clickledger.streaming;

import io.clickledger.lake.KafkaPosition;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.Landings;
import io.clickledger.lake.PositionConflictException;
import io.clickledger.lake.PositionedAppend;
import io.clickledger.lake.Recorded;
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
 * Where landing begins, recorded by an empty commit before anything is read: whatever Kafka forgets
 * from then on is a gap that stops LandClicks, never a later beginning.
 */
final class Beginning {
  private static final Logger LOG = LoggerFactory.getLogger(Beginning.class);

  private Beginning() {}

  /** Gives each raw table without a landing its beginning; nothing where both have one. */
  static void record(SparkSession spark, Topic topic) {
    Map<TableName, Optional<Recorded>> recorded = new HashMap<>();
    Map<TableName, Table> tables = new HashMap<>();
    for (TableName name : Landings.TABLES) {
      Table table = LakeTables.load(spark, name);
      tables.put(name, table);
      recorded.put(name, Recorded.newest(table, LandClicks.QUERY));
    }
    // Killed between the two, the second must not begin where Kafka begins by now.
    KafkaPosition beginning =
        recorded.values().stream()
            .flatMap(Optional::stream)
            .filter(other -> other.source().equals(topic.id()))
            .map(other -> KafkaPosition.parse(other.to()))
            .reduce(topic.earliest(), KafkaPosition::least);
    recorded.forEach(
        (name, newest) -> {
          if (newest.isEmpty()) {
            begin(name, tables.get(name), topic, beginning);
          }
        });
  }

  private static void begin(TableName name, Table table, Topic topic, KafkaPosition beginning) {
    try {
      new PositionedAppend(
              LandClicks.QUERY,
              topic.id(),
              Optional.empty(),
              beginning,
              Instant.now().truncatedTo(ChronoUnit.MILLIS),
              Map.of(Recorded.ROWS, KafkaPosition.of(Map.of()).toString()))
          .commit(table, List.of());
      LOG.info("began table={} at={}", name, beginning);
    } catch (PositionConflictException e) {
      LOG.info("another driver has begun {} meanwhile", name);
    }
  }
}
