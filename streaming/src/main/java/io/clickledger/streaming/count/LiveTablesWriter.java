package io.clickledger.streaming.count;

import io.clickledger.history.ClickBatch;
import io.clickledger.history.ClickMarks;
import io.clickledger.streaming.query.MetadataCache;
import java.time.Instant;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.source.SerializableTableWithSize;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/**
 * The tables that counted clicks are written to.
 *
 * @param flaggedThrough up to which landing the flagged clicks are in their table already
 */
public record LiveTablesWriter(
    SparkSession spark, Table live, Table flagged, Instant flaggedThrough) {

  /** Judges and sums the clicks; no reader sees the files before they are committed. */
  public List<CountingResult> write(
      ClickBatch clicks, ClickMarks marks, MetadataCache.Snapshot copy) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<ClickMarks> marksOfAll = context.broadcast(marks);
    Broadcast<Table> liveTable = context.broadcast(SerializableTableWithSize.copyOf(live));
    Broadcast<Table> flaggedTable = context.broadcast(SerializableTableWithSize.copyOf(flagged));
    try {
      return clicks
          .rows()
          .mapPartitions(
              new CountingTask(
                  liveTable,
                  new CountingTask.Flagged(flaggedTable, flaggedThrough),
                  marksOfAll,
                  copy))
          .collect();
    } finally {
      marksOfAll.destroy();
      liveTable.destroy();
      flaggedTable.destroy();
    }
  }
}
