package io.clickledger.streaming.land;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.KafkaPosition;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * After a kill between the two commits of a batch, one raw table already has its records and they
 * are read again for the other table. This check compares how many of the redelivered records
 * belong to the first table now with how many rows it has: if the validation code changed in
 * between, a record could be in both tables or in neither.
 */
record RedeliveryCheck(SparkSession spark, TableName name, Table table) {
  private static final String FROM = "from_offset";
  private static final String TO = "to_offset";

  /**
   * Compares the counts. Where the table has no commit left from before the batch, they cannot be
   * compared.
   *
   * @param topicId the topic that all these positions are of
   * @param from where the batch begins
   * @param tableEnd the lesser of the batch's end and the table's position
   * @param redelivered by partition, how many records before {@code tableEnd} belong to the table
   *     as validated now
   * @throws IllegalStateException where the table has more or fewer
   */
  void requireSame(
      String topicId, KafkaPosition from, KafkaPosition tableEnd, KafkaPosition redelivered) {
    if (from.covers(tableEnd)) {
      return;
    }
    newestBefore(topicId, from)
        .ifPresent(
            last ->
                requireSame(
                    from, tableEnd, redelivered, rows(from, tableEnd, last.landedThrough())));
  }

  /**
   * The newest commit before the batch. It must be of the same topic, because a topic that was
   * created again counts its offsets from 0.
   */
  private Optional<CommittedPosition> newestBefore(String topicId, KafkaPosition from) {
    for (Snapshot snapshot :
        SnapshotUtil.ancestorsOf(table.currentSnapshot().snapshotId(), table::snapshot)) {
      Optional<CommittedPosition> recorded =
          CommittedPosition.of(table, snapshot)
              .filter(commit -> commit.source().equals(topicId))
              .filter(commit -> from.covers(KafkaPosition.parse(commit.to())));
      if (recorded.isPresent()) {
        return recorded;
      }
    }
    return Optional.empty();
  }

  private void requireSame(
      KafkaPosition from, KafkaPosition tableEnd, KafkaPosition redelivered, KafkaPosition before) {
    for (int partition : tableEnd.next().keySet()) {
      if (before.of(partition) != redelivered.of(partition)) {
        throw new IllegalStateException(
            "%s has %d rows of partition %d from offset %d to %d, but by the current code it must have %d: the validation of clicks changed between the two commits of a batch; start once with the previous version"
                .formatted(
                    name,
                    before.of(partition),
                    partition,
                    from.of(partition),
                    tableEnd.of(partition),
                    redelivered.of(partition)));
      }
    }
  }

  private KafkaPosition rows(KafkaPosition from, KafkaPosition tableEnd, Instant after) {
    List<Row> ranges =
        tableEnd.next().keySet().stream()
            .map(
                partition ->
                    RowFactory.create(partition, from.of(partition), tableEnd.of(partition)))
            .toList();
    Dataset<Row> between =
        spark.createDataFrame(
            ranges,
            new StructType()
                .add(RawClicks.KAFKA_PARTITION, DataTypes.IntegerType)
                .add(FROM, DataTypes.LongType)
                .add(TO, DataTypes.LongType));
    Map<Integer, Long> rows = new TreeMap<>();
    spark
        .table(name.toString())
        .where(col(RawClicks.LANDED_AT).gt(lit(after)))
        .join(broadcast(between), RawClicks.KAFKA_PARTITION)
        .where(col(RawClicks.KAFKA_OFFSET).geq(col(FROM)))
        .where(col(RawClicks.KAFKA_OFFSET).lt(col(TO)))
        .groupBy(RawClicks.KAFKA_PARTITION)
        .count()
        .collectAsList()
        .forEach(row -> rows.put(row.getInt(0), row.getLong(1)));
    return KafkaPosition.of(rows);
  }
}
