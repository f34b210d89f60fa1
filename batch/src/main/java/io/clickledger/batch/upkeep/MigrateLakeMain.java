package io.clickledger.batch.upkeep;

import io.clickledger.batch.BatchSettings;
import io.clickledger.lake.AdvisoryLock;
import io.clickledger.lake.CatalogDatabase;
import io.clickledger.lake.LakeSession;
import io.clickledger.lake.LakeSettings;
import io.clickledger.lake.migrate.Migrations;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import io.clickledger.programs.TryLaterException;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Program: brings the lake's tables to what this version knows. Run again, it does nothing. */
@Command(name = "migrate-lake", description = "Bring the lake's tables to this version.")
public final class MigrateLakeMain extends JobMain<BatchSettings> {
  @Option(names = "--dry-run", description = "Only print what it would do.")
  private boolean dryRun;

  MigrateLakeMain() {
    super(BatchSettings.class, BatchSettings.DEFAULTS);
  }

  public static void main(String[] args) {
    JobMain.exit(new MigrateLakeMain(), args);
  }

  @Override
  protected int run(BatchSettings settings) {
    LakeSettings lake = settings.lake();
    try (SparkSession spark = LakeSession.open("migrate-lake", lake)) {
      (dryRun ? plan(spark) : migrate(spark, lake, Instant.now())).forEach(out()::println);
    }
    return ExitCode.DONE;
  }

  private static List<String> plan(SparkSession spark) {
    List<String> lines = new Migrations().plan(spark);
    return lines.isEmpty()
        ? List.of("the lake is up to date")
        : lines.stream().map(line -> "would do: " + line).toList();
  }

  private static List<String> migrate(SparkSession spark, LakeSettings lake, Instant now) {
    try (AdvisoryLock lock =
        AdvisoryLock.take(CatalogDatabase.of(lake), "migrations")
            .orElseThrow(() -> new TryLaterException("another process is migrating this lake"))) {
      List<String> lines = new Migrations().migrate(spark, now);
      lock.requireHeld();
      return lines.isEmpty() ? List.of("the lake is up to date") : lines;
    }
  }
}
