package io.clickledger.streaming.query;

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
 * Checkpoint folders that Spark requires but that recovery does not use: the tables record the
 * committed positions, and a new driver continues there.
 */
public final class DisposableCheckpoint {
  /** How many folders of earlier drivers are left in place. */
  private static final int MAX_KEPT_FOLDERS = 5;

  private DisposableCheckpoint() {}

  /**
   * Creates a folder that no query used before, and deletes those of earlier drivers except the
   * newest: one of these may belong to a driver that still runs, whose commits the tables will
   * refuse.
   */
  public static String create(SparkSession spark, String checkpoints, String query) {
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
            newestFirst.subList(
                Math.min(MAX_KEPT_FOLDERS, newestFirst.size()), newestFirst.size())) {
          files.delete(old, true);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("checkpoint folder " + folder + " can't be cleared", e);
    }
    return new Path(folder, Instant.now().toEpochMilli() + "-" + UUID.randomUUID()).toString();
  }
}
