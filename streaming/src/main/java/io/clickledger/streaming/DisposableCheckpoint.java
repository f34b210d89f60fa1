package io.clickledger.streaming;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Checkpoint folders that Spark asks for and nobody needs afterwards: the tables record how far
 * they have come, and that is where a driver goes on.
 */
final class DisposableCheckpoint {
  /** How many folders of earlier drivers are left in place. */
  private static final int KEPT = 5;

  private DisposableCheckpoint() {}

  /**
   * A folder that no query used before. Those of earlier drivers are of no use to anyone, but the
   * newest are kept: one may belong to a driver that still runs, which is for the tables to refuse.
   */
  static String create(SparkSession spark, String checkpoints, String query) {
    Path folder = new Path(checkpoints, query);
    try {
      FileSystem files = folder.getFileSystem(spark.sparkContext().hadoopConfiguration());
      if (files.exists(folder)) {
        List<Path> newestFirst =
            Arrays.stream(files.listStatus(folder))
                .map(FileStatus::getPath)
                .sorted(Comparator.comparing(Path::getName).reversed())
                .toList();
        for (Path old :
            newestFirst.subList(Math.min(KEPT, newestFirst.size()), newestFirst.size())) {
          files.delete(old, true);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("checkpoint folder " + folder + " can't be cleared", e);
    }
    return new Path(folder, Instant.now().toEpochMilli() + "-" + UUID.randomUUID()).toString();
  }
}
