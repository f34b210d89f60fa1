package io.clickledger.batch.upkeep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Deletes whole partitions of a table by time. No file is opened, and appends may go on meanwhile.
 */
record Retention(Table table, String column, ChronoUnit partition) {

  /**
   * Deletes the partitions that ended before the instant.
   *
   * @return how many rows were in them
   */
  long deleteBefore(Instant instant) {
    table.refresh();
    Expression old =
        Expressions.lessThan(
            column, ChronoUnit.MICROS.between(Instant.EPOCH, instant.truncatedTo(partition)));
    long rows = rows(old);
    if (rows > 0) {
      table.newDelete().deleteFromRowFilter(old).commit();
    }
    return rows;
  }

  private long rows(Expression filter) {
    if (table.currentSnapshot() == null) {
      return 0;
    }
    long rows = 0;
    try (CloseableIterable<FileScanTask> files = table.newScan().filter(filter).planFiles()) {
      for (FileScanTask file : files) {
        rows += file.file().recordCount();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("planning " + table.name(), e);
    }
    return rows;
  }
}
