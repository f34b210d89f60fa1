package io.clickledger.streaming.repair;

import io.clickledger.history.LandedWindow;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.DayReplacement;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.LiveFlaggedClicks;
import io.clickledger.schemas.TableName;
import io.clickledger.streaming.StreamingSettings;
import io.clickledger.streaming.count.CountClicks;
import io.clickledger.streaming.query.CrashPoint;
import io.clickledger.streaming.query.MetadataCache;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Derives live.clicks_by_minute and live.flagged_clicks again from raw.clicks. Each UTC day of
 * landing is replaced by one commit for each table, up to the landing that live had counted when
 * the job started; clicks that the stream counts meanwhile landed later and are not affected. The
 * job may be killed at any moment and run again.
 */
public final class RebuildLiveJob {
  private final SparkSession spark;
  private final StreamingSettings settings;
  private final Consumer<String> out;

  /**
   * @param out takes one line per day
   */
  public RebuildLiveJob(SparkSession spark, StreamingSettings settings, Consumer<String> out) {
    this.spark = spark;
    this.settings = settings;
    this.out = out;
  }

  /**
   * Rebuilds the days, oldest first.
   *
   * @throws RefusedException where a day cannot be rebuilt now; the days before it are rebuilt
   */
  void run(RebuildOptions options, Instant now) {
    Instant kept = now.minus(settings.upkeep().keepLive()).truncatedTo(ChronoUnit.DAYS);
    List<Instant> days = options.days();
    if (days.get(0).isBefore(kept)) {
      throw new RefusedException(
          "live keeps what landed since %s (upkeep.keep-live): --from must not be before, was %s"
              .formatted(kept, options.from()));
    }
    CommittedPosition counted = counted();
    MetadataCache metadata =
        new MetadataCache(
            JavaSparkContext.fromSparkContext(spark.sparkContext()),
            new MetadataStore(settings.metadata().dataSource()),
            settings.streaming().metadataRefresh());
    DayRecount recount = new DayRecount(spark, settings);
    for (Instant day : days) {
      if (counted.landedThrough().isBefore(day)) {
        out.accept("landed on %s: nothing is counted of it yet".formatted(day));
        continue;
      }
      rebuild(day, counted, metadata, recount);
    }
  }

  /** The landing that live has counted up to, where the replacement ends. */
  private CommittedPosition counted() {
    return CommittedPosition.newest(
            LakeTables.load(spark, LiveClicksByMinute.TABLE), CountClicks.QUERY)
        .orElseThrow(
            () -> new RefusedException("nothing is counted yet: there is nothing to rebuild"));
  }

  private void rebuild(
      Instant day, CommittedPosition counted, MetadataCache metadata, DayRecount recount) {
    LandedWindow landed = landedOn(day, counted);
    // All rules that these clicks landed under are published by now.
    MetadataCache.Snapshot copy =
        metadata.withRules(counted.rulesVersion().map(Set::of).orElse(Set.of()), Instant.now());
    DayRecount.Written written = recount.write(landed, copy);
    CrashPoint.REBUILD_FILES_WRITTEN.reached();
    DayReplacement.Replaced flagged;
    try {
      flagged = replace(LiveFlaggedClicks.TABLE, day, counted, written.flagged());
    } catch (RefusedException e) {
      recount.discardLive(written);
      throw e;
    }
    CrashPoint.REBUILD_FLAGGED_COMMITTED.reached();
    DayReplacement.Replaced live = replace(LiveClicksByMinute.TABLE, day, counted, written.live());
    CrashPoint.REBUILD_LIVE_COMMITTED.reached();
    out.accept(
        "landed %s to %s: %d clicks counted again; %s; %s"
            .formatted(
                landed.from(),
                landed.through(),
                written.clicks(),
                difference(LiveClicksByMinute.TABLE, live, written.live()),
                difference(LiveFlaggedClicks.TABLE, flagged, written.flagged())));
  }

  private static LandedWindow landedOn(Instant day, CommittedPosition counted) {
    Instant last = day.plus(Duration.ofDays(1)).minus(1, ChronoUnit.MICROS);
    return new LandedWindow(
        day, counted.landedThrough().isBefore(last) ? counted.landedThrough() : last);
  }

  private DayReplacement.Replaced replace(
      TableName name, Instant day, CommittedPosition counted, List<DataFile> written) {
    Table table = LakeTables.load(spark, name);
    try {
      return new DayReplacement(
              table, LiveClicksByMinute.LANDED_AT, CountClicks.QUERY, day, counted.landedThrough())
          .commit(written);
    } catch (ValidationException | CommitFailedException | DayReplacement.MixedFileException e) {
      throw new RefusedException(
          "what landed on %s is not rebuilt, run it again: %s".formatted(day, e.getMessage()), e);
    }
  }

  private static String difference(
      TableName name, DayReplacement.Replaced replaced, List<DataFile> written) {
    return "%s: %d files with %d rows became %d with %d"
        .formatted(
            name,
            replaced.files(),
            replaced.rows(),
            written.size(),
            written.stream().mapToLong(DataFile::recordCount).sum());
  }
}
