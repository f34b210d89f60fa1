package io.clickledger.batch.upkeep;

import io.clickledger.batch.BatchSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Upkeep for tests of other packages. */
public final class TestUpkeep {
  private TestUpkeep() {}

  /** Every step but the search for orphan files; what each of them said. */
  public static List<String> run(SparkSession spark, BatchSettings settings, Instant now) {
    List<String> lines = new ArrayList<>();
    new UpkeepJob(spark, settings, lines::add).run(now, UpkeepJob.Orphans.LEAVE);
    return lines;
  }
}
