package io.clickledger.batch.upkeep;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.iceberg.Table;
import org.apache.iceberg.actions.RewriteDataFiles;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.spark.sql.SparkSession;

/**
 * Writes the small files of ended partitions together. The same rows stay, so streams, which skip
 * rewrites, and runs, which read up to coordinates, notice nothing.
 */
record Compaction(SparkSession spark, Table table, String column, ChronoUnit partition) {
  private static final long TARGET_BYTES = 128L << 20;

  /** Files that hold clicks this old change no more: no click that is landed is older. */
  private static final Duration REACH = Duration.ofDays(36);

  /** Compacts the partitions that ended before the instant. */
  RewriteDataFiles.Result compact(Instant endedBefore) {
    Instant end = endedBefore.truncatedTo(partition);
    return SparkActions.get(spark)
        .rewriteDataFiles(table)
        .binPack()
        .filter(
            Expressions.and(
                Expressions.greaterThanOrEqual(
                    column, micros(end.minus(REACH).truncatedTo(partition))),
                Expressions.lessThan(column, micros(end))))
        .option(RewriteDataFiles.TARGET_FILE_SIZE_BYTES, Long.toString(TARGET_BYTES))
        .option(RewriteDataFiles.PARTIAL_PROGRESS_ENABLED, "true")
        .execute();
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
