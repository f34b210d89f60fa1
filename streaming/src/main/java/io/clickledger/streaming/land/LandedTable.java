package io.clickledger.streaming.land;

import io.clickledger.lake.LakeTables;
import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.KafkaPosition;
import io.clickledger.lake.commit.PositionedAppend;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.source.SerializableTableWithSize;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * A table that LandClicks writes, and how far it has landed.
 *
 * @param recorded the end as its newest commit says
 * @param end the same over all partitions
 */
record LandedTable(Table table, KafkaPosition recorded, KafkaPosition end, Instant landedThrough) {

  /**
   * The table as its newest commit left it.
   *
   * @throws IllegalStateException where Kafka no longer has the records that come next
   */
  static LandedTable load(SparkSession spark, TableName name, Topic topic) {
    Table table = LakeTables.load(spark, name);
    CommittedPosition newest =
        CommittedPosition.newest(table, LandClicks.QUERY)
            .orElseThrow(() -> new IllegalStateException(name + " has no initial offsets"));
    Gap.after(name, newest, topic)
        .ifPresent(
            gap -> {
              throw new IllegalStateException(
                  gap + "; to continue after the gap, run accept-gap (docs/runbook.md)");
            });
    KafkaPosition recorded = KafkaPosition.parse(newest.to());
    return new LandedTable(
        table, recorded, recorded.over(topic.earliest().next().keySet()), newest.landedThrough());
  }

  /** The part of it that is sent to tasks. */
  LandingTask.Target target(JavaSparkContext spark) {
    return new LandingTask.Target(spark.broadcast(SerializableTableWithSize.copyOf(table)), end);
  }

  /** After a kill between the two commits one table is ahead; its position never moves back. */
  LandedTable commit(
      LandingResult.TableFiles written,
      Topic topic,
      KafkaPosition batchEnd,
      Instant landedAt,
      FraudRules rules) {
    if (end.covers(batchEnd)) {
      return this;
    }
    KafkaPosition to = end.max(batchEnd);
    new PositionedAppend(
            LandClicks.QUERY,
            topic.id(),
            Optional.of(recorded),
            to,
            landedAt,
            Map.of(
                CommittedPosition.ROWS,
                written.rows().toString(),
                CommittedPosition.RULES_VERSION,
                rules.version()))
        .commit(table, written.files());
    return new LandedTable(table, to, to, landedAt);
  }
}
