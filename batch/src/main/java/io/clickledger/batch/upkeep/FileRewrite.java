package io.clickledger.batch.upkeep;

import io.clickledger.lake.commit.CommitIdentity;
import io.clickledger.lake.commit.StagedFiles;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.ScanTaskSetManager;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Replaces files of a table by others with the same content. It reads exactly the files that it
 * removes, compares sums of the removed and the written files that are computed independently of
 * that read, and commits only where each removed file is still in the table.
 */
final class FileRewrite {
  private final SparkSession spark;
  private final Table table;
  private final UnaryOperator<Dataset<Row>> form;
  private final Function<DataFile, Map<String, Long>> sums;

  /**
   * @param form what becomes of the rows
   * @param sums what a file holds, by names; over all files it must stay the same
   */
  FileRewrite(
      SparkSession spark,
      Table table,
      UnaryOperator<Dataset<Row>> form,
      Function<DataFile, Map<String, Long>> sums) {
    this.spark = spark;
    this.table = table;
    this.form = form;
    this.sums = sums;
  }

  /** Files that are written and not committed yet. */
  final class Written {
    private final FileGroups.Group group;
    private final Set<DataFile> files;

    private Written(FileGroups.Group group, Set<DataFile> files) {
      this.group = group;
      this.files = files;
    }

    int size() {
      return files.size();
    }

    /**
     * Puts them in the place of those read.
     *
     * @throws org.apache.iceberg.exceptions.ValidationException where one of these is gone; the
     *     written files are deleted
     * @throws org.apache.iceberg.exceptions.CommitFailedException where other writers kept winning;
     *     the written files are deleted
     */
    void commit() {
      RewriteFiles rewrite = table.newRewrite().validateFromSnapshot(group.snapshotId());
      group.files().forEach(rewrite::deleteFile);
      files.forEach(rewrite::addFile);
      new CommitIdentity()
          .commit(table, rewrite, SnapshotAncestryValidator.NON_VALIDATING, this::discard);
    }

    void discard() {
      StagedFiles.delete(table, files);
    }
  }

  /**
   * Writes the group's rows anew.
   *
   * @throws IllegalStateException where the written files do not hold what the group's hold; they
   *     are deleted
   */
  Written write(FileGroups.Group group) {
    String set = UUID.randomUUID().toString();
    ScanTaskSetManager tasks = ScanTaskSetManager.get();
    Set<DataFile> files;
    tasks.stageTasks(table, set, new ArrayList<>(group.tasks()));
    try {
      files =
          StagedFiles.write(
              form.apply(
                  spark.read().option(SparkReadOptions.SCAN_TASK_SET_ID, set).table(table.name())),
              table);
    } finally {
      tasks.removeTasks(table, set);
    }
    Written written = new Written(group, files);
    Map<String, Long> before = sum(group.files());
    Map<String, Long> after = sum(files);
    if (!before.equals(after)) {
      written.discard();
      throw new IllegalStateException(
          "rewriting %d files of %s would change its totals from %s to %s: nothing was done"
              .formatted(group.tasks().size(), table.name(), before, after));
    }
    return written;
  }

  private Map<String, Long> sum(Collection<DataFile> files) {
    Map<String, Long> sum = new TreeMap<>();
    files.forEach(
        file -> sums.apply(file).forEach((name, value) -> sum.merge(name, value, Math::addExact)));
    return sum;
  }
}
