package io.clickledger.lake.commit;

import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.FileRewriteCoordinator;
import org.apache.iceberg.spark.SparkWriteOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;

/**
 * Writes rows as data files of a table without committing them. It uses Iceberg's rewrite
 * coordinator: tasks write files, the coordinator collects them, and the caller commits them.
 * Unlike a staged (WAP) snapshot, that cannot lead to the deletion of live files by expiry.
 */
public final class StagedFiles {
  private StagedFiles() {}

  /** The files that now hold the rows; no reader sees them before they are appended. */
  public static Set<DataFile> write(Dataset<Row> rows, Table table) {
    FileRewriteCoordinator coordinator = FileRewriteCoordinator.get();
    String set = UUID.randomUUID().toString();
    try {
      rows.writeTo(table.name())
          .option(SparkWriteOptions.REWRITTEN_FILE_SCAN_TASK_SET_ID, set)
          // No shuffle and no sort: the partitions stay as they came, compaction orders later.
          .option(SparkWriteOptions.USE_TABLE_DISTRIBUTION_AND_ORDERING, "false")
          .option(SparkWriteOptions.FANOUT_ENABLED, "true")
          .append();
      return Set.copyOf(coordinator.fetchNewFiles(table, set));
    } catch (NoSuchTableException e) {
      throw new IllegalStateException("table " + table.name() + " is gone", e);
    } finally {
      coordinator.clearRewrite(table, set);
    }
  }

  /** Deletes files that were written but will not be committed. */
  public static void delete(Table table, Iterable<DataFile> files) {
    files.forEach(file -> table.io().deleteFile(file.location()));
  }
}
