package io.clickledger.batch.fraud;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** The judged clicks of a billing run, which the executors keep until they are closed. */
public final class JudgedClicks implements AutoCloseable {
  private final Dataset<Row> rows;

  JudgedClicks(Dataset<Row> rows) {
    this.rows = rows.persist(StorageLevel.MEMORY_AND_DISK());
  }

  /** Columns of raw.clicks with those that {@code Judgements.judge} adds. */
  public Dataset<Row> rows() {
    return rows;
  }

  @Override
  public void close() {
    rows.unpersist();
  }
}
