package io.clickledger.streaming;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.clickledger.lake.KafkaPosition;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.TableName;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;

/**
 * Records that one raw table has already and that are read again for the other, after a kill
 * between the two commits. As many of them must be that table's again: had the code that judges
 * changed meanwhile, a record could be in both tables or in neither.
 */
record JudgedAgain(SparkSession spark, TableName table) {

  /**
   * Compares.
   *
   * @param from where the batch begins
   * @param had where it ends, or the table ended before it
   * @param again how many records before {@code had} are the table's, by partition, as judged now
   * @throws IllegalStateException where the table has more or fewer
   */
  void requireSame(KafkaPosition from, KafkaPosition had, KafkaPosition again) {
    if (from.covers(had)) {
      return;
    }
    KafkaPosition before = rows(from, had);
    for (int partition : had.next().keySet()) {
      if (before.of(partition) != again.of(partition)) {
        throw new IllegalStateException(
            "%s has %d rows of partition %d from offset %d to %d, and %d of these records are its today: the rules of landing changed before both raw tables had them; start once with the version before"
                .formatted(
                    table,
                    before.of(partition),
                    partition,
                    from.of(partition),
                    had.of(partition),
                    again.of(partition)));
      }
    }
  }

  private KafkaPosition rows(KafkaPosition from, KafkaPosition had) {
    Column between = lit(false);
    for (int partition : had.next().keySet()) {
      between =
          between.or(
              col(RawClicks.KAFKA_PARTITION)
                  .equalTo(partition)
                  .and(col(RawClicks.KAFKA_OFFSET).geq(from.of(partition)))
                  .and(col(RawClicks.KAFKA_OFFSET).lt(had.of(partition))));
    }
    Map<Integer, Long> rows = new TreeMap<>();
    spark
        .table(table.toString())
        .where(between)
        .groupBy(RawClicks.KAFKA_PARTITION)
        .count()
        .collectAsList()
        .forEach(row -> rows.put(row.getInt(0), row.getLong(1)));
    return KafkaPosition.of(rows);
  }
}
