package io.clickledger.spark;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.storage.StorageLevel;

/**
 * Rows that are computed once and read several times; the executors keep them until they are
 * closed. Not {@link Dataset#persist()}: that clones the session for each plan, and every clone
 * opens a catalog with connections of its own, which stay open until the garbage collector finds
 * it.
 */
public final class KeptRows implements AutoCloseable {
  private final JavaRDD<InternalRow> kept;
  private final Dataset<Row> rows;

  private KeptRows(Dataset<Row> computed, StorageLevel level) {
    // A reader uses one row object for all rows, so each is copied.
    this.kept = computed.queryExecution().toRdd().toJavaRDD().map(InternalRow::copy).persist(level);
    this.rows =
        computed.sparkSession().internalCreateDataFrame(kept.rdd(), computed.schema(), false);
  }

  /** Keeps rows in memory, and on local disk what does not fit. */
  public static KeptRows of(Dataset<Row> computed) {
    return new KeptRows(computed, StorageLevel.MEMORY_AND_DISK());
  }

  /** Keeps rows on local disk: for so many that memory is for other things. */
  public static KeptRows onDisk(Dataset<Row> computed) {
    return new KeptRows(computed, StorageLevel.DISK_ONLY());
  }

  public Dataset<Row> rows() {
    return rows;
  }

  @Override
  public void close() {
    kept.unpersist(false);
  }
}
