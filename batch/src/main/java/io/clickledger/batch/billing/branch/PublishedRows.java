package io.clickledger.batch.billing.branch;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.spark.ScanTaskSetManager;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Proves that the rows of earlier runs are on a branch as they are published. Files that the branch
 * still has need no proof. A file may be gone if all of its rows are of days that the run was asked
 * to replace; the other rows of any other file, and the rows that were to stay in replaced days,
 * must be in the files that the branch added.
 */
final class PublishedRows {
  private final SparkSession spark;
  private final Table table;
  private final long published;
  private final long head;
  private final BranchFiles files;
  private final Optional<ReplacedDays> replaced;
  private final Set<String> updated;

  /**
   * @param updated columns that may differ
   */
  PublishedRows(
      SparkSession spark,
      Table table,
      long published,
      long head,
      Optional<ReplacedDays> replaced,
      Set<String> updated) {
    this.spark = spark;
    this.table = table;
    this.published = published;
    this.head = head;
    this.files = BranchFiles.between(table, published, head);
    this.replaced = replaced;
    this.updated = updated;
  }

  /**
   * What is wrong; empty where nothing is.
   *
   * @param ownRows how many rows the run itself has added
   * @param isOwn selects these
   */
  Optional<String> fault(long ownRows, Column isOwn) {
    if (files.hasDeletes()) {
      return Optional.of("the branch has delete files, which no billing run writes");
    }
    Set<String> rewritten =
        files.removed().values().stream()
            .filter(file -> !isReplaced(file))
            .map(DataFile::location)
            .collect(Collectors.toSet());
    RowContent kept = replaced.map(ReplacedDays::kept).orElse(RowContent.NONE);
    if (rewritten.isEmpty() && kept.rows() == 0 && files.addedRows() == ownRows) {
      return Optional.empty();
    }
    RowContent before =
        content(
                published,
                rewritten,
                replaced.map(ReplacedDays::excluded).orElseGet(() -> lit(true)))
            .plus(kept);
    RowContent after = content(head, files.added().keySet(), not(isOwn));
    return before.equals(after) && files.addedRows() == ownRows + after.rows()
        ? Optional.empty()
        : Optional.of(
            "of %d rows of earlier runs in files that were written anew, %d are there, %s"
                .formatted(
                    before.rows(),
                    after.rows(),
                    before.rows() == after.rows()
                        ? "some with other values"
                        : "or rows were added under the name of another run"));
  }

  private boolean isReplaced(DataFile file) {
    return replaced.filter(days -> days.containAll(table.schema(), file)).isPresent();
  }

  private RowContent content(long snapshotId, Set<String> locations, Column condition) {
    if (locations.isEmpty()) {
      return RowContent.NONE;
    }
    String set = UUID.randomUUID().toString();
    ScanTaskSetManager tasks = ScanTaskSetManager.get();
    tasks.stageTasks(table, set, tasks(snapshotId, locations));
    try {
      Dataset<Row> rows =
          spark.read().option(SparkReadOptions.SCAN_TASK_SET_ID, set).table(table.name());
      return RowContent.of(rows.where(condition), updated);
    } finally {
      tasks.removeTasks(table, set);
    }
  }

  private List<FileScanTask> tasks(long snapshotId, Set<String> locations) {
    List<FileScanTask> tasks = new ArrayList<>();
    try (CloseableIterable<FileScanTask> all =
        table.newScan().useSnapshot(snapshotId).planFiles()) {
      for (FileScanTask task : all) {
        if (locations.contains(task.file().location())) {
          tasks.add(task);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("planning " + table.name(), e);
    }
    return tasks;
  }
}
