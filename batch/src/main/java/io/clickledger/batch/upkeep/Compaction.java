package io.clickledger.batch.upkeep;

import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the small files of ended hours and days together. The same rows stay, so streams, which
 * skip rewrites, and runs, which read up to a landing, notice nothing.
 *
 * @param landedAt name of the column
 * @param order by which the rows of a group are sorted
 */
record Compaction(
    SparkSession spark, Table table, String landedAt, Function<FileGroups.Group, Column[]> order) {
  private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);

  /**
   * What became of it.
   *
   * @param left files that are left for the next time, because something else changed them
   */
  record Outcome(int before, int after, int left) {
    @Override
    public String toString() {
      return "%d became %d%s"
          .formatted(before, after, left == 0 ? "" : " (" + left + " left for the next time)");
    }
  }

  /** Compacts what landed in hours and days that ended before the instant. */
  Outcome compact(Instant endedBefore) {
    int before = 0;
    int after = 0;
    int left = 0;
    for (FileGroups.Group group : FileGroups.of(table, landedAt, endedBefore)) {
      FileRewrite rewrite =
          new FileRewrite(
              spark,
              table,
              rows -> sorted(rows, group),
              file -> Map.of("rows", file.recordCount()));
      FileRewrite.Written written = rewrite.write(group);
      try {
        written.commit();
        before += group.tasks().size();
        after += written.size();
      } catch (ValidationException | CommitFailedException e) {
        LOG.info("files of {} are left for the next time: {}", table.name(), e.getMessage());
        left += group.tasks().size();
      }
    }
    return new Outcome(before, after, left);
  }

  private Dataset<Row> sorted(Dataset<Row> rows, FileGroups.Group group) {
    Column[] columns = order.apply(group);
    int files = group.filesAfter();
    return (files == 1 ? rows.coalesce(1) : rows.repartitionByRange(files, columns))
        .sortWithinPartitions(columns);
  }
}
