package io.clickledger.batch.billing.input;

import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.TableRefs;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.TableName;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.spark.sql.SparkSession;

/**
 * Protects the snapshots that a billing run reads against expiry, however long it takes. The caller
 * must hold the lock of the billing tables, so there is one run at a time and one tag on each
 * table; the next run or upkeep removes the tags of a killed run.
 */
public final class PinnedInputs implements AutoCloseable {
  private static final String TAG = "night";
  private static final List<TableName> TABLES = List.of(RawClicks.TABLE, LiveClicksByMinute.TABLE);

  private final SparkSession spark;
  private final long liveSnapshotId;

  private PinnedInputs(SparkSession spark, long liveSnapshotId) {
    this.spark = spark;
    this.liveSnapshotId = liveSnapshotId;
  }

  /** Protects this snapshot of raw.clicks, and the one that live.clicks_by_minute has now. */
  public static PinnedInputs protect(SparkSession spark, long rawSnapshotId) {
    TableRefs.tag(LakeTables.load(spark, RawClicks.TABLE), TAG, rawSnapshotId);
    Table live = LakeTables.load(spark, LiveClicksByMinute.TABLE);
    long liveSnapshotId = live.currentSnapshot().snapshotId();
    TableRefs.tag(live, TAG, liveSnapshotId);
    return new PinnedInputs(spark, liveSnapshotId);
  }

  /** The snapshot of live.clicks_by_minute that the night compares with. */
  public long liveSnapshotId() {
    return liveSnapshotId;
  }

  /** Drops the tags: at the end of a billing run, or those that a killed one left. */
  public static void release(SparkSession spark) {
    TABLES.forEach(name -> TableRefs.untag(LakeTables.load(spark, name), TAG));
  }

  @Override
  public void close() {
    release(spark);
  }
}
