package io.clickledger.batch.upkeep;

import io.clickledger.lake.commit.CommitIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Deletes whole days of a table that is partitioned by the day of landed_at first. No file is
 * opened, and appends may go on meanwhile: none lands in a day that is over.
 *
 * @param landedAt name of the column
 */
record Retention(Table table, String landedAt) {
  /** How often it is tried where something else replaces files at the same time. */
  private static final int MAX_ATTEMPTS = 3;

  /**
   * Deletes the days that ended before the instant: exactly the files that it counts.
   *
   * @return how many rows were in them
   */
  long deleteBefore(Instant instant) {
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      List<DataFile> old = filesBefore(instant.truncatedTo(ChronoUnit.DAYS));
      if (old.isEmpty()) {
        return 0;
      }
      DeleteFiles delete = table.newDelete().validateFilesExist();
      old.forEach(delete::deleteFile);
      try {
        new CommitIdentity()
            .commit(table, delete, SnapshotAncestryValidator.NON_VALIDATING, () -> {});
        return old.stream().mapToLong(DataFile::recordCount).sum();
      } catch (ValidationException e) {
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private List<DataFile> filesBefore(Instant day) {
    List<DataFile> files = new ArrayList<>();
    if (table.currentSnapshot() == null) {
      return files;
    }
    long epochDay = ChronoUnit.DAYS.between(Instant.EPOCH, day);
    try (CloseableIterable<FileScanTask> planned =
        table
            .newScan()
            .filter(Expressions.lessThan(landedAt, ChronoUnit.MICROS.between(Instant.EPOCH, day)))
            .planFiles()) {
      for (FileScanTask task : planned) {
        if (task.file().partition().get(0, Integer.class) < epochDay) {
          files.add(task.file());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("planning " + table.name(), e);
    }
    return files;
  }
}
