package io.clickledger.batch.billing.input;

import io.clickledger.lake.LakeTables;
import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.QueryNames;
import io.clickledger.lake.publish.TableRefs;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The snapshots that a billing run reads, protected against expiry however long it takes. The
 * caller must hold the lock of the billing tables, so there is one run at a time and one tag on
 * each table; the next run or upkeep removes the tags of a killed run.
 */
public final class PinnedInputs implements AutoCloseable {
  private static final String TAG = "billing_run";
  private static final List<TableName> TABLES = List.of(RawClicks.TABLE, LiveClicksByMinute.TABLE);

  private final SparkSession spark;
  private final RawClicksRead raw;
  private final long liveSnapshotId;
  private final Instant liveLandedThrough;

  private PinnedInputs(
      SparkSession spark, RawClicksRead raw, long liveSnapshotId, Instant liveLandedThrough) {
    this.spark = spark;
    this.raw = raw;
    this.liveSnapshotId = liveSnapshotId;
    this.liveLandedThrough = liveLandedThrough;
  }

  /**
   * Pins live.clicks_by_minute and then raw.clicks, as they are now: everything that live has
   * counted is among the raw clicks.
   */
  public static PinnedInputs protect(SparkSession spark) {
    Table live = LakeTables.load(spark, LiveClicksByMinute.TABLE);
    long liveSnapshotId = live.currentSnapshot().snapshotId();
    Instant liveLandedThrough =
        CommittedPosition.newest(live, QueryNames.COUNT_CLICKS)
            .map(CommittedPosition::landedThrough)
            .orElse(Instant.EPOCH);
    RawClicksRead raw = RawClicksRead.pin(spark);
    TableRefs.tag(live, TAG, liveSnapshotId);
    TableRefs.tag(LakeTables.load(spark, RawClicks.TABLE), TAG, raw.snapshotId());
    return new PinnedInputs(spark, raw, liveSnapshotId, liveLandedThrough);
  }

  /** The clicks that the run reads. */
  public RawClicksRead raw() {
    return raw;
  }

  /** The snapshot of live.clicks_by_minute that the run compares with. */
  public long liveSnapshotId() {
    return liveSnapshotId;
  }

  /** Up to which landing live had counted by then; {@link Instant#EPOCH} for nothing. */
  public Instant liveLandedThrough() {
    return liveLandedThrough;
  }

  /** live.clicks_by_minute in that snapshot. */
  public Dataset<Row> live() {
    return spark
        .read()
        .option(SparkReadOptions.SNAPSHOT_ID, liveSnapshotId)
        .table(LiveClicksByMinute.TABLE.toString());
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
