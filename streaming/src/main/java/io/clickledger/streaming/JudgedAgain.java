package io.clickledger.streaming;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.clickledger.lake.KafkaPosition;
import io.clickledger.lake.Recorded;
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
 * Records that one raw table has already and that are read again for the other, after a kill
 * between the two commits. As many of them must be that table's again: had the code that judges
 * changed meanwhile, a record could be in both tables or in neither.
 */
record JudgedAgain(SparkSession spark, TableName name, Table table) {
  private static final String FROM = "from_offset";
  private static final String TO = "to_offset";

  /**
   * Compares. Where the table's history does not reach back to before the batch, nothing can be
   * compared.
   *
   * @param topicId the topic that all these positions are of
   * @param from where the batch begins
   * @param had where it ends, or the table ended before it
   * @param again how many records before {@code had} are the table's, by partition, as judged now
   * @throws IllegalStateException where the table has more or fewer
   */
  void requireSame(String topicId, KafkaPosition from, KafkaPosition had, KafkaPosition again) {
    if (from.covers(had)) {
      return;
    }
    lastBefore(topicId, from)
        .ifPresent(last -> requireSame(from, had, again, rows(from, had, last.landedThrough())));
  }

  /**
   * The newest commit that has nothing of the batch. A topic that was created again has the offsets
   * of the one before, whose rows had landed by then.
   */
  private Optional<Recorded> lastBefore(String topicId, KafkaPosition from) {
    for (Snapshot snapshot :
        SnapshotUtil.ancestorsOf(table.currentSnapshot().snapshotId(), table::snapshot)) {
      Optional<Recorded> recorded =
          Recorded.of(table, snapshot)
              .filter(commit -> commit.source().equals(topicId))
              .filter(commit -> from.covers(KafkaPosition.parse(commit.to())));
      if (recorded.isPresent()) {
        return recorded;
      }
    }
    return Optional.empty();
  }

  private void requireSame(
      KafkaPosition from, KafkaPosition had, KafkaPosition again, KafkaPosition before) {
    for (int partition : had.next().keySet()) {
      if (before.of(partition) != again.of(partition)) {
        throw new IllegalStateException(
            "%s has %d rows of partition %d from offset %d to %d, and %d of these records are its today: the rules of landing changed before both raw tables had them; start once with the version before"
                .formatted(
                    name,
                    before.of(partition),
                    partition,
                    from.of(partition),
                    had.of(partition),
                    again.of(partition)));
      }
    }
  }

  private KafkaPosition rows(KafkaPosition from, KafkaPosition had, Instant after) {
    List<Row> ranges =
        had.next().keySet().stream()
            .map(partition -> RowFactory.create(partition, from.of(partition), had.of(partition)))
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
