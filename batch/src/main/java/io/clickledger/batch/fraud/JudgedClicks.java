package io.clickledger.batch.fraud;

import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The judged clicks of a billing run. They are judged when they are read first; the executors keep
 * them, and what they are judged by, until this is closed.
 */
public final class JudgedClicks implements AutoCloseable {
  private final Dataset<Row> rows;
  private final List<Broadcast<?>> judgedBy;

  JudgedClicks(Dataset<Row> rows, List<Broadcast<?>> judgedBy) {
    this.rows = rows.persist(StorageLevel.MEMORY_AND_DISK());
    this.judgedBy = List.copyOf(judgedBy);
  }

  /** Columns of raw.clicks with those that {@code Judgements.judge} adds. */
  public Dataset<Row> rows() {
    return rows;
  }

  @Override
  public void close() {
    rows.unpersist();
    judgedBy.forEach(Broadcast::destroy);
  }
}
