package io.clickledger.batch.upkeep;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.JobFailedException;
import io.clickledger.lake.AdvisoryLock;
import io.clickledger.lake.CatalogDatabase;
import io.clickledger.lake.LakeSession;
import io.clickledger.lake.LakeSettings;
import io.clickledger.lake.Migrations;
import io.clickledger.settings.SettingsAndArguments;
import io.clickledger.settings.SettingsException;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * Brings the lake's tables to what this program knows: {@code --settings FILE [--dry-run]}. Run
 * again, it does nothing; with {@code --dry-run} it only says what it would do.
 */
public final class MigrateLakeJob {
  private MigrateLakeJob() {}

  /** Exits with 0 when the lake is, or would be, up to date; with 1 and one message otherwise. */
  public static void main(String[] args) {
    try {
      SettingsAndArguments<BatchSettings> given = BatchSettings.read(args, System.getenv());
      boolean dryRun = isDryRun(given.arguments());
      LakeSettings lake = given.settings().lake();
      try (SparkSession spark = LakeSession.open("migrate-lake", lake)) {
        List<String> lines = dryRun ? plan(spark) : migrate(spark, lake, Instant.now());
        lines.forEach(System.out::println);
      }
    } catch (JobFailedException | SettingsException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
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
            .orElseThrow(() -> new JobFailedException("another process is migrating this lake"))) {
      List<String> lines = new Migrations().migrate(spark, now);
      lock.requireHeld();
      return lines.isEmpty() ? List.of("the lake is up to date") : lines;
    }
  }

  private static boolean isDryRun(List<String> arguments) {
    if (arguments.isEmpty()) {
      return false;
    }
    if (arguments.equals(List.of("--dry-run"))) {
      return true;
    }
    throw new JobFailedException(
        "migrate-lake takes --settings FILE [--dry-run], was given " + arguments);
  }
}
