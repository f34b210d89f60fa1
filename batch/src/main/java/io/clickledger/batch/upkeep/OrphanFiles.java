package io.clickledger.batch.upkeep;

import java.time.Instant;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.spark.sql.SparkSession;

/** Files in a table's folder that no snapshot references, as a killed writer leaves them. */
record OrphanFiles(SparkSession spark, Table table) {

  /**
   * Deletes those that are older; a younger one may be about to be committed.
   *
   * @return how many were deleted
   */
  long deleteOlderThan(Instant instant) {
    return SparkActions.get(spark)
        .deleteOrphanFiles(table)
        .olderThan(instant.toEpochMilli())
        // By the table's own FileIO: Hadoop knows no s3 scheme.
        .usePrefixListing(true)
        .execute()
        .orphanFilesCount();
  }
}
