package io.clickledger.spark;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Rows that are computed once and read several times; the executors keep them, compressed, until
 * they are closed. Not {@link Dataset#persist()}: that clones the session for each plan, and every
 * clone opens a catalog with connections of its own, which stay open until the garbage collector
 * finds it.
 */
public final class KeptRows implements AutoCloseable {
  private final JavaRDD<byte[]> kept;
  private final Dataset<Row> rows;

  private KeptRows(Dataset<Row> computed, StorageLevel level) {
    StructType schema = computed.schema();
    this.kept =
        computed
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(new RowBlocks.Writer(schema))
            .persist(level);
    this.rows =
        computed
            .sparkSession()
            .internalCreateDataFrame(
                kept.mapPartitions(new RowBlocks.Reader(schema.size())).rdd(), schema, false);
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
