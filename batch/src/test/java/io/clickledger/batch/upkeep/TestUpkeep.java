package io.clickledger.batch.upkeep;

import io.clickledger.batch.BatchSettings;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.expire.SnapshotExpiry;
import java.time.Duration;
import java.time.Instant;
import org.apache.spark.sql.SparkSession;

/** All care of the tables: what a streaming driver does at an interval, and upkeep. */
public final class TestUpkeep {
  private static final Duration KEEP_SNAPSHOTS = Duration.ofHours(1);

  private TestUpkeep() {}

  /** Expiry, then every step of upkeep but the search for orphan files. */
  public static void run(SparkSession spark, BatchSettings settings, Instant now) {
    new SnapshotExpiry(name -> LakeTables.load(spark, name)).run(now, KEEP_SNAPSHOTS);
    new UpkeepJob(spark, settings, line -> {}).run(now, UpkeepJob.Orphans.LEAVE);
  }
}
