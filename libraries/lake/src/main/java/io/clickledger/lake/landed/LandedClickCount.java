package io.clickledger.lake.landed;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.RawClicks;
import java.time.Instant;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The number of landed clicks by the landing commits, without reading rows of raw.clicks. */
public final class LandedClickCount {
  private LandedClickCount() {}

  /** Clicks of the landings after one instant, up to another one and including it. */
  public static long between(
      SparkSession spark, Landings landings, Instant after, Instant through) {
    Landings.Pending pending = landings.pending();
    Row recorded =
        spark
            .read()
            .option(SparkReadOptions.SNAPSHOT_ID, pending.snapshotId())
            .table(AuditLandings.TABLE.toString())
            .where(col(AuditLandings.TABLE_NAME).equalTo(RawClicks.TABLE.toString()))
            .where(col(AuditLandings.LANDED_AT).gt(lit(after)))
            .where(col(AuditLandings.LANDED_AT).leq(lit(through)))
            .agg(sum(AuditLandings.LANDED_ROWS))
            .first();
    long clicks = recorded.isNullAt(0) ? 0 : recorded.getLong(0);
    for (LandedRange landing : pending.ranges()) {
      if (landing.table().equals(RawClicks.TABLE)
          && landing.landedAt().isAfter(after)
          && !landing.landedAt().isAfter(through)) {
        clicks = Math.addExact(clicks, landing.rows());
      }
    }
    return clicks;
  }
}
