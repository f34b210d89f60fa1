package io.clickledger.batch.upkeep;

import static org.apache.spark.sql.functions.col;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.PinnedInputs;
import io.clickledger.batch.billing.run.RollUpClicksJob;
import io.clickledger.lake.AdvisoryLock;
import io.clickledger.lake.CatalogDatabase;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.expire.Manifests;
import io.clickledger.lake.publish.Publications;
import io.clickledger.lake.publish.PublishedTag;
import io.clickledger.programs.TryLaterException;
import io.clickledger.schemas.AuditLandings;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.LiveFlaggedClicks;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import io.clickledger.schemas.Tables;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;

/**
 * Keeps the lake readable for months. Each step may be killed and run again, beside the streams and
 * beside a billing run; none changes what a reader counts.
 */
final class UpkeepJob {
  static final String LOCK = "upkeep";

  /** Column of every table that streams append to. */
  private static final String LANDED_AT = RawClicks.LANDED_AT;

  /** Place of on_time among the partition fields of raw.clicks. */
  private static final int ON_TIME_PLACE = 1;

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

  /** Runs every step, unless another upkeep runs. */
  void run(Instant now, Orphans orphans) {
    try (AdvisoryLock lock =
        AdvisoryLock.take(CatalogDatabase.of(settings.lake()), LOCK)
            .orElseThrow(() -> new TryLaterException("another upkeep of this lake is running"))) {
      removeRemainsOfDeadRun();
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

  /** Removes the pins of a dead run, and moves the tags where it died after its publication. */
  private void removeRemainsOfDeadRun() {
    Optional<AdvisoryLock> noNight =
        AdvisoryLock.take(CatalogDatabase.of(settings.lake()), RollUpClicksJob.LOCK);
    noNight.ifPresent(
        lock -> {
          try (lock) {
            PinnedInputs.release(spark);
            new Publications(table(BillingPublications.TABLE))
                .current()
                .ifPresent(current -> PublishedTag.follow(current, this::table));
          }
        });
  }

  private void fold(Instant now) {
    out.accept(
        new LiveFold(
                spark,
                table(LiveClicksByMinute.TABLE),
                new Publications(table(BillingPublications.TABLE)),
                CatalogDatabase.of(settings.lake()),
                LiveFold::foldedRows)
            .fold(now.minus(settings.upkeep().foldAfter()))
            .toString());
  }

  private void retain(Instant now) {
    BatchSettings.Upkeep upkeep = settings.upkeep();
    out.accept(
        "rows deleted by age: "
            + Stream.of(
                    deleted(LiveClicksByMinute.TABLE, now.minus(upkeep.keepLive())),
                    deleted(LiveFlaggedClicks.TABLE, now.minus(upkeep.keepLive())),
                    deleted(RawRejectedClicks.TABLE, now.minus(upkeep.keepRejected())),
                    deleted(RawClicks.TABLE, rawBefore(now)))
                .collect(Collectors.joining(", ")));
  }

  /**
   * The end of the retention of raw.clicks: rows that the next billing run needs for open days
   * stay, however overdue that run is. clicked_at may be minutes after the landing, hence one day
   * more.
   */
  private Instant rawBefore(Instant now) {
    Instant byAge = now.minus(settings.upkeep().keepRaw());
    Instant judged =
        new Publications(table(BillingPublications.TABLE))
            .current()
            .map(
                publication ->
                    BillingRunDays.start(publication.closed().before())
                        .minus(settings.billing().dedupHorizon())
                        .minus(Duration.ofDays(1)))
            .orElse(Instant.EPOCH);
    return byAge.isBefore(judged) ? byAge : judged;
  }

  private String deleted(TableName name, Instant before) {
    return name + " " + new Retention(table(name), LANDED_AT).deleteBefore(before);
  }

  private void compact(Instant now) {
    Instant endedBefore = now.minus(settings.upkeep().compactAfter());
    out.accept(
        "files compacted: "
            + Stream.of(
                    RawClicks.TABLE,
                    RawRejectedClicks.TABLE,
                    LiveFlaggedClicks.TABLE,
                    AuditLandings.TABLE)
                .map(
                    name ->
                        name
                            + " "
                            + new Compaction(spark, table(name), LANDED_AT, order(name))
                                .compact(endedBefore))
                .collect(Collectors.joining(", ")));
  }

  /**
   * The order of rows in compacted files. On-time clicks stay in the order of landing, by which
   * histories are read again; it is nearly that of clicked_at. Others are found by clicked_at.
   */
  private static Function<FileGroups.Group, Column[]> order(TableName name) {
    Column[] landing = {
      col(RawClicks.LANDED_AT), col(RawClicks.KAFKA_PARTITION), col(RawClicks.KAFKA_OFFSET)
    };
    if (name.equals(AuditLandings.TABLE)) {
      return group ->
          new Column[] {
            col(AuditLandings.TABLE_NAME),
            col(AuditLandings.KAFKA_PARTITION),
            col(AuditLandings.FROM_OFFSET)
          };
    }
    if (name.equals(RawClicks.TABLE)) {
      return group ->
          group.partition(ON_TIME_PLACE, Boolean.class)
              ? landing
              : new Column[] {col(RawClicks.CLICKED_AT)};
    }
    return group -> landing;
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
