package io.clickledger.streaming.repair;

import io.clickledger.history.ClickBatch;
import io.clickledger.history.ClickMarks;
import io.clickledger.history.Histories;
import io.clickledger.history.LandedWindow;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.commit.RecordFiles;
import io.clickledger.lake.commit.StagedFiles;
import io.clickledger.lake.landed.LandedClickCount;
import io.clickledger.lake.landed.Landings;
import io.clickledger.programs.RefusedException;
import io.clickledger.rules.fraud.StatefulRules;
import io.clickledger.rules.history.ClickHistory;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.LiveFlaggedClicks;
import io.clickledger.schemas.RawClicks;
import io.clickledger.streaming.StreamingSettings;
import io.clickledger.streaming.count.CountingResult;
import io.clickledger.streaming.count.LiveTablesWriter;
import io.clickledger.streaming.query.MetadataCache;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.spark.sql.SparkSession;

/**
 * Counts the clicks that landed within one UTC day again, with the code of CountClicks and with
 * histories that were loaded with the window before the day. The result follows from raw.clicks
 * alone, so it equals the stream's, except that it uses the metadata and rules of the given copy.
 */
public final class DayRecount {
  private final SparkSession spark;
  private final StreamingSettings settings;
  private final Table raw;
  private final LiveTablesWriter tables;

  /** Kept from day to day: a day continues with the histories of the day before. */
  private final Histories histories;

  public DayRecount(SparkSession spark, StreamingSettings settings) {
    this.spark = spark;
    this.settings = settings;
    this.raw = LakeTables.load(spark, RawClicks.TABLE);
    this.tables =
        new LiveTablesWriter(
            spark,
            LakeTables.load(spark, LiveClicksByMinute.TABLE),
            LakeTables.load(spark, LiveFlaggedClicks.TABLE),
            Instant.EPOCH);
    this.histories =
        new Histories(
            settings.streaming().dedupWindow(),
            Integer.parseInt(spark.conf().get("spark.sql.shuffle.partitions")),
            settings.privacy().hashSecret("click history"));
  }

  /**
   * Files that are written and not committed.
   *
   * @param clicks how many clicks are in those of live
   */
  record Written(List<DataFile> live, List<DataFile> flagged, long clicks) {}

  /**
   * Writes the files.
   *
   * @param landed a window of one day; on the second call and later, of the day that follows the
   *     last one
   * @throws RefusedException where raw.clicks lacks clicks that landed, or the written files do not
   *     hold all of them
   */
  Written write(LandedWindow landed, MetadataCache.Snapshot copy) {
    raw.refresh();
    LandedWindow window = windowBefore(landed.from());
    requireAllLanded(window, window.count(spark));
    Written written = count(landed, copy);
    try {
      requireAllLanded(landed, written.clicks());
    } catch (RuntimeException e) {
      discardLive(written);
      StagedFiles.delete(tables.flagged(), written.flagged());
      throw e;
    }
    return written;
  }

  /** Deletes files of live that will not be committed. */
  void discardLive(Written written) {
    StagedFiles.delete(tables.live(), written.live());
  }

  private Written count(LandedWindow landed, MetadataCache.Snapshot copy) {
    StatefulRules rules = copy.rules().value().stateful();
    List<CountingResult> files = new ArrayList<>();
    try {
      for (LandedWindow piece : landed.split(raw, maxRows())) {
        // Each piece is read from the current snapshot: compaction may have deleted files of an
        // older one.
        raw.refresh();
        try (ClickBatch clicks = ClickBatch.onDisk(piece.clicks(spark))) {
          ClickMarks marks =
              histories.feed(
                  clicks,
                  piece.through(),
                  rules,
                  () -> windowBefore(piece.from()).pieces(spark, raw, maxRows()));
          files.addAll(tables.write(clicks, marks, copy));
        }
      }
      List<DataFile> live = CountingResult.of(files, CountingResult::live);
      return new Written(live, CountingResult.of(files, CountingResult::flagged), gross(live));
    } catch (RuntimeException e) {
      StagedFiles.delete(tables.live(), CountingResult.of(files, CountingResult::live));
      StagedFiles.delete(tables.flagged(), CountingResult.of(files, CountingResult::flagged));
      throw e;
    }
  }

  private long maxRows() {
    return settings.streaming().maxOffsetsPerBatch();
  }

  /** The window of clicks that the history of a click at this landing includes. */
  private LandedWindow windowBefore(Instant instant) {
    return new LandedWindow(
        Instant.ofEpochMilli(
            ClickHistory.visibleFrom(settings.streaming().dedupWindow(), instant.toEpochMilli())),
        instant.minus(1, ChronoUnit.MICROS));
  }

  /**
   * Compares the number of clicks with what the landing commits say.
   *
   * @throws RefusedException where raw.clicks has others
   */
  private void requireAllLanded(LandedWindow landed, long had) {
    long clicks =
        LandedClickCount.between(
            spark,
            Landings.of(name -> LakeTables.load(spark, name)),
            landed.from().minus(1, ChronoUnit.MICROS),
            landed.through());
    if (had != clicks) {
      throw new RefusedException(
          "raw.clicks has %d of the %d clicks that landed from %s to %s, so they cannot be counted again: nothing was changed"
              .formatted(had, clicks, landed.from(), landed.through()));
    }
  }

  /** Sum of gross_clicks, read without Spark. */
  private long gross(List<DataFile> files) {
    AtomicLong gross = new AtomicLong();
    files.forEach(
        file ->
            RecordFiles.read(
                tables.live(),
                file,
                List.of(ClickMeasures.GROSS_CLICKS),
                row -> gross.addAndGet((Long) row.getField(ClickMeasures.GROSS_CLICKS))));
    return gross.get();
  }
}
