package io.clickledger.batch.upkeep;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.CatalogDatabase;
import io.clickledger.batch.JobFailedException;
import io.clickledger.lake.LakeSession;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.Manifests;
import io.clickledger.lake.NightLock;
import io.clickledger.lake.Publications;
import io.clickledger.lake.SnapshotExpiry;
import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.LiveFlaggedClicks;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import io.clickledger.schemas.Tables;
import io.clickledger.settings.SettingsAndArguments;
import io.clickledger.settings.SettingsException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.actions.RewriteDataFiles;
import org.apache.spark.sql.SparkSession;

/**
 * Keeps the lake readable for months: {@code --settings FILE [--orphans]}. Each step may be killed
 * and run again, beside the streams and beside a night; none changes what a reader counts.
 */
public final class UpkeepJob {
  private static final String LOCK = "upkeep";

  private final SparkSession spark;
  private final BatchSettings settings;
  private final Consumer<String> out;

  /**
   * @param out takes one line per step
   */
  UpkeepJob(SparkSession spark, BatchSettings settings, Consumer<String> out) {
    this.spark = spark;
    this.settings = settings;
    this.out = out;
  }

  /** Whether files that no snapshot knows are looked for, which lists the whole warehouse. */
  enum Orphans {
    DELETE,
    LEAVE
  }

  /** Exits with 0 when every step is done; with 1 and one message otherwise. */
  public static void main(String[] args) {
    try {
      SettingsAndArguments<BatchSettings> given = BatchSettings.read(args, System.getenv());
      Orphans orphans = orphans(given.arguments());
      try (SparkSession spark = LakeSession.open("upkeep", given.settings().lake())) {
        new UpkeepJob(spark, given.settings(), System.out::println).run(Instant.now(), orphans);
      }
    } catch (JobFailedException | SettingsException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static Orphans orphans(List<String> arguments) {
    if (arguments.isEmpty()) {
      return Orphans.LEAVE;
    }
    if (arguments.equals(List.of("--orphans"))) {
      return Orphans.DELETE;
    }
    throw new JobFailedException(
        "upkeep takes --settings FILE [--orphans], was given " + arguments);
  }

  /** Runs every step, unless another upkeep runs. */
  void run(Instant now, Orphans orphans) {
    try (NightLock lock =
        NightLock.take(CatalogDatabase.of(settings.lake()), LOCK)
            .orElseThrow(() -> new JobFailedException("another upkeep of this lake is running"))) {
      // First what every commit of a stream has to carry along.
      expire(now);
      lock.requireHeld();
      fold(now);
      retain(now);
      lock.requireHeld();
      compact(now);
      mergeManifests();
      if (orphans == Orphans.DELETE) {
        lock.requireHeld();
        deleteOrphans(now);
      }
    }
  }

  private void expire(Instant now) {
    BatchSettings.Upkeep upkeep = settings.upkeep();
    out.accept(
        new SnapshotExpiry(this::table)
            .run(
                now,
                new SnapshotExpiry.Keep(upkeep.keepRawSnapshots(), upkeep.keepLiveSnapshots(), 1))
            .toString());
  }

  private void fold(Instant now) {
    out.accept(
        new LiveFolding(
                spark,
                table(LiveClicksByMinute.TABLE),
                new Publications(table(BillingPublications.TABLE)),
                CatalogDatabase.of(settings.lake()),
                LiveFolding::foldedRows)
            .fold(now.minus(settings.upkeep().foldAfter()))
            .toString());
  }

  private void retain(Instant now) {
    BatchSettings.Upkeep upkeep = settings.upkeep();
    out.accept(
        "rows deleted by age: "
            + Stream.of(
                    deleted(
                        LiveClicksByMinute.TABLE,
                        LiveClicksByMinute.MINUTE,
                        ChronoUnit.HOURS,
                        now.minus(upkeep.keepLive())),
                    deleted(
                        LiveFlaggedClicks.TABLE,
                        LiveFlaggedClicks.LANDED_AT,
                        ChronoUnit.DAYS,
                        now.minus(upkeep.keepLive())),
                    deleted(
                        RawRejectedClicks.TABLE,
                        RawRejectedClicks.LANDED_AT,
                        ChronoUnit.DAYS,
                        now.minus(upkeep.keepRejected())),
                    deleted(
                        RawClicks.TABLE,
                        RawClicks.CLICKED_AT,
                        ChronoUnit.HOURS,
                        now.minus(upkeep.keepRaw())))
                .collect(Collectors.joining(", ")));
  }

  private String deleted(TableName name, String column, ChronoUnit partition, Instant before) {
    return name + " " + new Retention(table(name), column, partition).deleteBefore(before);
  }

  private void compact(Instant now) {
    Instant endedBefore = now.minus(settings.upkeep().compactAfter());
    out.accept(
        "files compacted: "
            + Stream.of(
                    compacted(RawClicks.TABLE, RawClicks.CLICKED_AT, ChronoUnit.HOURS, endedBefore),
                    compacted(
                        RawRejectedClicks.TABLE,
                        RawRejectedClicks.LANDED_AT,
                        ChronoUnit.DAYS,
                        endedBefore),
                    compacted(
                        LiveFlaggedClicks.TABLE,
                        LiveFlaggedClicks.LANDED_AT,
                        ChronoUnit.DAYS,
                        endedBefore),
                    compacted(
                        AuditLandings.TABLE, AuditLandings.LANDED_AT, ChronoUnit.DAYS, endedBefore))
                .collect(Collectors.joining(", ")));
  }

  private String compacted(
      TableName name, String column, ChronoUnit partition, Instant endedBefore) {
    RewriteDataFiles.Result result =
        new Compaction(spark, table(name), column, partition).compact(endedBefore);
    return "%s %d became %d%s"
        .formatted(
            name,
            result.rewrittenDataFilesCount(),
            result.addedDataFilesCount(),
            result.failedDataFilesCount() == 0
                ? ""
                : " (" + result.failedDataFilesCount() + " left for the next time)");
  }

  private void mergeManifests() {
    out.accept(
        "manifests merged: "
            + Stream.of(
                    RawClicks.TABLE,
                    RawRejectedClicks.TABLE,
                    LiveClicksByMinute.TABLE,
                    LiveFlaggedClicks.TABLE,
                    AuditLandings.TABLE)
                .map(name -> name + " " + Manifests.merge(table(name)))
                .collect(Collectors.joining(", ")));
  }

  private void deleteOrphans(Instant now) {
    Instant before = now.minus(settings.upkeep().orphanAge());
    long deleted = 0;
    for (TableName name : Tables.ALL) {
      deleted += new OrphanFiles(spark, table(name)).deleteOlderThan(before);
    }
    out.accept("orphan files deleted: " + deleted);
  }

  private Table table(TableName name) {
    return LakeTables.load(spark, name);
  }
}
