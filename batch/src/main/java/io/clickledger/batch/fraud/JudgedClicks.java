package io.clickledger.batch.fraud;

import io.clickledger.spark.KeptRows;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The judged clicks of a billing run. They are judged when they are read first; the executors keep
 * them, and what they are judged by, until this is closed.
 */
public final class JudgedClicks implements AutoCloseable {
  private final KeptRows kept;
  private final List<Broadcast<?>> judgedBy;

  JudgedClicks(Dataset<Row> rows, List<Broadcast<?>> judgedBy) {
    this.kept = KeptRows.onDisk(rows);
    this.judgedBy = List.copyOf(judgedBy);
  }

  /** Columns of raw.clicks with those that {@code Judgements.judge} adds. */
  public Dataset<Row> rows() {
    return kept.rows();
  }

  @Override
  public void close() {
    kept.close();
    judgedBy.forEach(Broadcast::destroy);
  }
}
