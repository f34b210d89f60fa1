package io.clickledger.batch.upkeep;

import io.clickledger.batch.BatchMain;
import io.clickledger.batch.BatchSettings;
import io.clickledger.lake.LakeSession;
import io.clickledger.programs.JobMain;
import java.time.Instant;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Program: {@link UpkeepJob}. */
@Command(name = "upkeep", description = "Merge small files and delete old rows.")
public final class UpkeepMain extends BatchMain {
  @Option(names = "--orphans", description = "Also delete old files of no table.")
  private boolean orphans;

  public static void main(String[] args) {
    JobMain.exit(new UpkeepMain(), args);
  }

  @Override
  protected Outcome work(BatchSettings settings) {
    try (SparkSession spark = LakeSession.open("upkeep", settings.lake())) {
      new UpkeepJob(spark, settings, out()::println)
          .run(Instant.now(), orphans ? UpkeepJob.Orphans.DELETE : UpkeepJob.Orphans.LEAVE);
    }
    return Outcome.done(orphans ? "tables and files are kept up" : "tables are kept up");
  }
}
