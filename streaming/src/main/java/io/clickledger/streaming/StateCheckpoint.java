package io.clickledger.streaming;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A checkpoint folder whose state fits what the table says is counted. Beside Spark's own files it
 * holds {@code base}: the position that was recorded when the folder was begun.
 */
final class StateCheckpoint {
  private static final Logger LOG = LoggerFactory.getLogger(StateCheckpoint.class);

  private final String folder;
  private final Optional<String> base;
  private final PlannedBatch planned;

  private StateCheckpoint(SparkSession spark, String folder, Optional<String> base) {
    this.folder = folder;
    this.base = base;
    this.planned = new PlannedBatch(spark, folder);
  }

  /**
   * The folder under {@code root} that goes on from {@code recorded}; a new, empty one where there
   * is none, after deleting what does not fit.
   */
  static StateCheckpoint fitting(SparkSession spark, String root, Optional<String> recorded) {
    Path path = new Path(root);
    try {
      FileSystem files = path.getFileSystem(spark.sparkContext().hadoopConfiguration());
      if (files.exists(path)) {
        for (var candidate : files.listStatus(path)) {
          Optional<StateCheckpoint> fitting =
              read(spark, files, candidate.getPath()).filter(c -> c.continues(recorded));
          if (fitting.isPresent()) {
            return fitting.get();
          }
        }
        LOG.warn("no checkpoint under {} fits {}: its state is primed anew", root, recorded);
        files.delete(path, true);
      }
      return begin(spark, files, new Path(path, UUID.randomUUID().toString()), recorded);
    } catch (IOException e) {
      throw new IllegalStateException("checkpoint folder " + root + " can't be used", e);
    }
  }

  String folder() {
    return folder;
  }

  /**
   * The base, while the stream has found nothing yet. Such a stream keeps no beginning of its own:
   * it looks for it again each time a batch is planned.
   */
  Optional<String> newBase() {
    Optional<String> reached =
        planned
            .newest()
            .flatMap(batch -> planned.find(planned.done(batch) ? batch : batch - 1))
            .filter(json -> !RawPosition.parse(json).isBeginning());
    return reached.isPresent() ? Optional.empty() : base;
  }

  /** Where the batch ends; the base for a batch that found nothing yet. */
  Optional<String> end(long batchId) {
    String json = planned.end(batchId);
    return RawPosition.parse(json).isBeginning() ? base : Optional.of(json);
  }

  /** Where the batch begins: the end of the one before, or the base for the first. */
  Optional<String> start(long batchId) {
    return batchId == 0 ? base : end(batchId - 1);
  }

  /**
   * The newest batch is counted; or it begins where counting ended, and Spark will run it again.
   */
  private boolean continues(Optional<String> recorded) {
    return planned
        .newest()
        .map(
            batch ->
                end(batch).equals(recorded)
                    || start(batch).equals(recorded) && !planned.done(batch))
        .orElse(base.equals(recorded));
  }

  private static StateCheckpoint begin(
      SparkSession spark, FileSystem files, Path folder, Optional<String> base) throws IOException {
    try (OutputStream out = files.create(new Path(folder, "base"))) {
      out.write(base.orElse("").getBytes(StandardCharsets.UTF_8));
    }
    return new StateCheckpoint(spark, folder.toString(), base);
  }

  private static Optional<StateCheckpoint> read(SparkSession spark, FileSystem files, Path folder)
      throws IOException {
    Path base = new Path(folder, "base");
    if (!files.exists(base)) {
      return Optional.empty();
    }
    try (InputStream in = files.open(base)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Optional.of(
          new StateCheckpoint(
              spark, folder.toString(), Optional.of(text).filter(t -> !t.isEmpty())));
    }
  }
}
