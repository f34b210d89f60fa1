package io.clickledger.streaming.count;

import io.clickledger.history.ClickBatch;
import io.clickledger.history.ClickMarks;
import io.clickledger.history.CopySurvey;
import io.clickledger.history.Histories;
import io.clickledger.history.HistoryCopies;
import io.clickledger.history.HistoryWindow;
import io.clickledger.history.LandedWindow;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.commit.QueryNames;
import io.clickledger.lake.commit.RawPosition;
import io.clickledger.lake.commit.StagedFiles;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.history.ClickHistory;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.LiveFlaggedClicks;
import io.clickledger.schemas.RawClicks;
import io.clickledger.streaming.StreamingSettings;
import io.clickledger.streaming.query.CrashPoint;
import io.clickledger.streaming.query.DisposableCheckpoint;
import io.clickledger.streaming.query.MetadataCache;
import io.clickledger.streaming.query.RunningBatches;
import io.clickledger.streaming.query.StreamingMetrics;
import io.clickledger.streaming.query.StreamingMetrics.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.TimeoutException;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * raw.clicks to live.clicks_by_minute: marks duplicates and what stateful rules match ({@link
 * Histories}), judges, and appends partials of the measures for each minute, grain and landing.
 * Each commit records the landing up to which raw.clicks is counted; the next batch is all that
 * landed after it. Spark's stream only triggers a batch when raw.clicks has a new snapshot: a
 * position kept in its checkpoint would not be committed together with the rows, and a restart
 * could count clicks twice. Clicks that stateful rules matched are committed to live.flagged_clicks
 * first, with a position of its own.
 */
public final class CountClicks {
  public static final String QUERY = QueryNames.COUNT_CLICKS;

  private static final Logger LOG = LoggerFactory.getLogger(CountClicks.class);

  private final SparkSession spark;
  private final StreamingSettings settings;
  private final MetadataCache metadata;
  private final StreamingMetrics metrics;
  private final RunningBatches running;

  public CountClicks(
      SparkSession spark,
      StreamingSettings settings,
      MetadataCache metadata,
      StreamingMetrics metrics,
      RunningBatches running) {
    this.spark = spark;
    this.settings = settings;
    this.metadata = metadata;
    this.metrics = metrics;
    this.running = running;
  }

  /** Starts the query at the position that live.clicks_by_minute records. */
  public StreamingQuery start() {
    Table raw = LakeTables.load(spark, RawClicks.TABLE);
    LiveTable live = LiveTable.load(LakeTables.load(spark, LiveClicksByMinute.TABLE));
    LiveTable flagged = LiveTable.load(LakeTables.load(spark, LiveFlaggedClicks.TABLE));
    DataStreamReader newSnapshots =
        spark
            .readStream()
            .option(SparkReadOptions.STREAMING_SKIP_DELETE_SNAPSHOTS, "true")
            .option(SparkReadOptions.STREAMING_SKIP_OVERWRITE_SNAPSHOTS, "true");
    live.position()
        .map(position -> raw.snapshot(position.snapshotId()))
        .ifPresent(
            counted ->
                newSnapshots.option(
                    SparkReadOptions.STREAM_FROM_TIMESTAMP,
                    String.valueOf(counted.timestampMillis())));
    Batches count = new Batches(raw, live, flagged);
    // A table object of its own, because another thread refreshes it.
    Table watched = LakeTables.load(spark, RawClicks.TABLE);
    metrics.backlog(
        QUERY,
        () -> {
          Optional<RawPosition> counted = count.position();
          watched.refresh();
          return LandingGroup.backlog(counted, watched);
        });
    metrics.freshness(count::landedThrough);
    try {
      return newSnapshots
          .table(RawClicks.TABLE.toString())
          .writeStream()
          .queryName(QUERY)
          .option(
              "checkpointLocation",
              DisposableCheckpoint.create(spark, settings.streaming().checkpoints(), QUERY))
          .trigger(Trigger.ProcessingTime(settings.streaming().countTrigger().toMillis()))
          .foreachBatch(running.track(count))
          .start();
    } catch (TimeoutException e) {
      throw new IllegalStateException("query " + QUERY + " did not start in time", e);
    }
  }

  /** Where copies of the histories are, if they are kept. */
  public static Optional<HistoryCopies> copies(StreamingSettings settings, int buckets, Table raw) {
    return settings
        .streaming()
        .historyCopies()
        .map(
            folder ->
                HistoryCopies.of(
                    folder,
                    buckets,
                    settings.streaming().dedupWindow().toMillis(),
                    settings.privacy().hashSecret("copies of the click history"),
                    raw.uuid()));
  }

  /** Counts what landed since the last call. */
  private final class Batches implements VoidFunction2<Dataset<Row>, Long> {
    private static final long serialVersionUID = 1L;

    private final transient Histories histories;
    private final transient Table raw;
    private transient volatile LiveTable live;
    private transient LiveTable flagged;

    Batches(Table raw, LiveTable live, LiveTable flagged) {
      this.raw = raw;
      this.live = live;
      this.flagged = flagged;
      int buckets = Integer.parseInt(spark.conf().get("spark.sql.shuffle.partitions"));
      this.histories =
          new Histories(
              settings.streaming().dedupWindow(),
              buckets,
              settings.privacy().hashSecret("click history"),
              copies(settings, buckets, raw)
                  .map(
                      copies ->
                          new CopySurvey(
                              JavaSparkContext.fromSparkContext(spark.sparkContext()), copies)),
              metrics::copiesFailed);
    }

    /** Up to where raw.clicks is counted; any thread may ask. */
    Optional<RawPosition> position() {
      return live.position();
    }

    public Instant landedThrough() {
      return live.landedThrough();
    }

    @Override
    public void call(Dataset<Row> ignoredRows, Long batchId) {
      raw.refresh();
      histories.load(this::countedWindow);
      for (LandingGroup landed :
          LandingGroup.since(live.position(), raw, settings.streaming().maxOffsetsPerBatch())) {
        if (running.isStopping()) {
          return;
        }
        count(landed);
      }
    }

    private void count(LandingGroup landed) {
      CrashPoint.COUNT_BEFORE_FILES.reached();
      Instant startedAt = Instant.now();
      MetadataCache.Snapshot snapshot = metadata.withRules(landed.rulesVersions(), startedAt);
      FraudRules rules = snapshot.rules().value();
      ClickMarks marks;
      Instant marked;
      List<CountingResult> files;
      try (ClickBatch clicks = ClickBatch.of(landed.rows(spark))) {
        marks =
            histories.feed(clicks, landed.last().landedAt(), rules.stateful(), this::countedWindow);
        marked = Instant.now();
        files = withNewIds(write(clicks, marks, snapshot), clicks, marks, snapshot);
      }
      Instant written = Instant.now();
      CrashPoint.COUNT_FILES_WRITTEN.reached();
      // Flagged clicks are committed first, so every landing that live has counted is in both
      // tables.
      List<DataFile> flaggedFiles = CountingResult.of(files, CountingResult::flagged);
      List<DataFile> liveFiles = CountingResult.of(files, CountingResult::live);
      Duration dedupWindow = settings.streaming().dedupWindow();
      if (!flaggedFiles.isEmpty()) {
        try {
          flagged = flagged.append(flaggedFiles, raw, landed, rules, dedupWindow);
        } catch (RuntimeException e) {
          StagedFiles.delete(live.table(), liveFiles);
          throw e;
        }
      }
      CrashPoint.COUNT_FLAGGED_COMMITTED.reached();
      live = live.append(liveFiles, raw, landed, rules, dedupWindow);
      CrashPoint.COUNT_LIVE_COMMITTED.reached();
      metrics.rules(rules);
      SortedMap<String, Long> matches = marks.matches();
      files.forEach(
          task -> task.publisherMatches().forEach((rule, n) -> matches.merge(rule, n, Long::sum)));
      report(landed, marks, matches, new Times(startedAt, marked, written, Instant.now()));
    }

    /**
     * The written files; or new ones, where the batch had unknown ids that the metadata know by
     * now.
     */
    private List<CountingResult> withNewIds(
        List<CountingResult> files,
        ClickBatch clicks,
        ClickMarks marks,
        MetadataCache.Snapshot snapshot) {
      if (files.stream().allMatch(task -> task.unknownIds() == 0)) {
        return files;
      }
      Optional<MetadataCache.Snapshot> newer = metadata.withNewIds(snapshot, Instant.now());
      if (newer.isEmpty()) {
        return files;
      }
      StagedFiles.delete(flagged.table(), CountingResult.of(files, CountingResult::flagged));
      StagedFiles.delete(live.table(), CountingResult.of(files, CountingResult::live));
      return write(clicks, marks, newer.get());
    }

    private List<CountingResult> write(
        ClickBatch clicks, ClickMarks marks, MetadataCache.Snapshot snapshot) {
      return new LiveTablesWriter(spark, live.table(), flagged.table(), flagged.landedThrough())
          .write(clicks, marks, snapshot);
    }

    private void report(
        LandingGroup landed, ClickMarks marks, SortedMap<String, Long> matches, Times at) {
      Duration marking = Duration.between(at.startedAt(), at.marked());
      Duration writing = Duration.between(at.marked(), at.written());
      Duration committing = Duration.between(at.written(), at.committed());
      metrics.counted(marks.duplicates(), matches);
      metrics.histories(marks.historyBytes(), marks.historyIds());
      metrics.took(QUERY, Phase.MARK, marking);
      metrics.took(QUERY, Phase.WRITE, writing);
      metrics.took(QUERY, Phase.COMMIT, committing);
      LOG.info(
          "counted landed_through={} clicks={} duplicates={} flags={} rows_per_second={} history_ids={} history_bytes={} mark_millis={} write_millis={} commit_millis={}",
          landed.last().landedAt(),
          landed.clicks(),
          marks.duplicates(),
          matches.values().stream().mapToLong(Long::longValue).sum(),
          StreamingMetrics.perSecond(
              landed.clicks(), Duration.between(at.startedAt(), at.committed())),
          marks.historyIds(),
          marks.historyBytes(),
          marking.toMillis(),
          writing.toMillis(),
          committing.toMillis());
    }

    /** When each phase of a batch ended. */
    private record Times(Instant startedAt, Instant marked, Instant written, Instant committed) {}

    /** The counted clicks that the history of the next click includes. */
    private HistoryWindow countedWindow() {
      if (live.recorded().isEmpty()) {
        return HistoryWindow.EMPTY;
      }
      Instant through = live.landedThrough();
      Instant from =
          Instant.ofEpochMilli(
              ClickHistory.visibleFrom(settings.streaming().dedupWindow(), through.toEpochMilli()));
      return new LandedWindow(from, through)
          .pieces(spark, raw, settings.streaming().maxOffsetsPerBatch());
    }
  }
}
