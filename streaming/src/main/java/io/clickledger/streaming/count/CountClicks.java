package io.clickledger.streaming.count;

import io.clickledger.lake.LakeTables;
import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.PositionedAppend;
import io.clickledger.lake.commit.RawPosition;
import io.clickledger.lake.commit.StagedFiles;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.history.ClickHistory;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.LiveFlaggedClicks;
import io.clickledger.schemas.RawClicks;
import io.clickledger.streaming.StreamingSettings;
import io.clickledger.streaming.history.ClickMarks;
import io.clickledger.streaming.history.CopySurvey;
import io.clickledger.streaming.history.Histories;
import io.clickledger.streaming.history.HistoryCopies;
import io.clickledger.streaming.history.HistoryWindow;
import io.clickledger.streaming.query.BatchGate;
import io.clickledger.streaming.query.DisposableCheckpoint;
import io.clickledger.streaming.query.Metadata;
import io.clickledger.streaming.query.Step;
import io.clickledger.streaming.query.StreamingMetrics;
import io.clickledger.streaming.query.StreamingMetrics.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.TimeoutException;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
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
 * landed after it. Spark's stream only triggers a batch when raw.clicks has a new snapshot. Clicks
 * that stateful rules matched are committed to live.flagged_clicks first, with a position of its
 * own.
 */
public final class CountClicks {
  public static final String QUERY = "count-clicks";

  private static final Logger LOG = LoggerFactory.getLogger(CountClicks.class);

  private final SparkSession spark;
  private final StreamingSettings settings;
  private final Metadata metadata;
  private final StreamingMetrics metrics;
  private final BatchGate gate;

  public CountClicks(
      SparkSession spark,
      StreamingSettings settings,
      Metadata metadata,
      StreamingMetrics metrics,
      BatchGate gate) {
    this.spark = spark;
    this.settings = settings;
    this.metadata = metadata;
    this.metrics = metrics;
    this.gate = gate;
  }

  /** Starts the query at the position that live.clicks_by_minute records. */
  public StreamingQuery start() {
    Table raw = LakeTables.load(spark, RawClicks.TABLE);
    Counted live = Counted.in(LakeTables.load(spark, LiveClicksByMinute.TABLE));
    Counted flagged = Counted.in(LakeTables.load(spark, LiveFlaggedClicks.TABLE));
    DataStreamReader news =
        spark
            .readStream()
            .option(SparkReadOptions.STREAMING_SKIP_DELETE_SNAPSHOTS, "true")
            .option(SparkReadOptions.STREAMING_SKIP_OVERWRITE_SNAPSHOTS, "true");
    live.position()
        .map(position -> raw.snapshot(position.snapshotId()))
        .ifPresent(
            counted ->
                news.option(
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
          return LandingRun.backlog(counted, watched);
        });
    metrics.freshness(count::landedThrough);
    try {
      return news.table(RawClicks.TABLE.toString())
          .writeStream()
          .queryName(QUERY)
          .option(
              "checkpointLocation",
              DisposableCheckpoint.create(spark, settings.streaming().checkpoints(), QUERY))
          .trigger(Trigger.ProcessingTime(settings.streaming().countTrigger().toMillis()))
          .foreachBatch(gate.before(count))
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

  /** A table that this query writes, and the position in raw.clicks that it has reached. */
  private record Counted(Table table, Optional<CommittedPosition> recorded) {

    static Counted in(Table table) {
      return new Counted(table, CommittedPosition.newest(table, QUERY));
    }

    Optional<RawPosition> position() {
      return recorded.map(CommittedPosition::to).map(RawPosition::parse);
    }

    public Instant landedThrough() {
      return recorded.map(CommittedPosition::landedThrough).orElse(Instant.EPOCH);
    }

    Counted append(List<DataFile> files, Table raw, LandingRun run, FraudRules rules) {
      Snapshot commit =
          new PositionedAppend(
                  QUERY,
                  raw.uuid().toString(),
                  position(),
                  new RawPosition(run.last().snapshotId()),
                  run.last().landedAt(),
                  Map.of(CommittedPosition.RULES_VERSION, rules.version()))
              .commit(table, files);
      return new Counted(table, CommittedPosition.of(table, commit));
    }
  }

  /** Counts what landed since the last call. */
  private final class Batches implements VoidFunction2<Dataset<Row>, Long> {
    private static final long serialVersionUID = 1L;

    private final transient Histories histories;
    private final transient Table raw;
    private transient volatile Counted live;
    private transient Counted flagged;

    Batches(Table raw, Counted live, Counted flagged) {
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
    public void call(Dataset<Row> news, Long batchId) {
      raw.refresh();
      histories.load(this::countedWindow);
      for (LandingRun run :
          LandingRun.since(live.position(), raw, settings.streaming().maxOffsetsPerBatch())) {
        if (gate.isClosing()) {
          return;
        }
        count(run);
      }
    }

    private void count(LandingRun run) {
      Step.COUNT_BEFORE_FILES.reached();
      Instant begun = Instant.now();
      Metadata.Copy copy = metadata.withRules(run.rulesVersions(), begun);
      FraudRules rules = copy.rules().value();
      ClickMarks marks =
          histories.feed(
              run.rows(spark), run.last().landedAt(), rules.stateful(), this::countedWindow);
      Instant marked = Instant.now();
      List<CountedFiles> files = withNewIds(write(run, marks, copy), run, marks, copy);
      Instant written = Instant.now();
      Step.COUNT_FILES_WRITTEN.reached();
      // Flagged clicks are committed first, so every landing that live has counted is in both
      // tables.
      List<DataFile> flaggedFiles = CountedFiles.of(files, CountedFiles::flagged);
      List<DataFile> liveFiles = CountedFiles.of(files, CountedFiles::live);
      if (!flaggedFiles.isEmpty()) {
        try {
          flagged = flagged.append(flaggedFiles, raw, run, rules);
        } catch (RuntimeException e) {
          StagedFiles.delete(live.table(), liveFiles);
          throw e;
        }
      }
      Step.COUNT_FLAGGED_COMMITTED.reached();
      live = live.append(liveFiles, raw, run, rules);
      Step.COUNT_LIVE_COMMITTED.reached();
      metrics.rules(rules);
      SortedMap<String, Long> matches = marks.matches();
      files.forEach(
          task -> task.publisherMatches().forEach((rule, n) -> matches.merge(rule, n, Long::sum)));
      report(run, marks, matches, new Times(begun, marked, written, Instant.now()));
    }

    /**
     * The written files; or new ones, where the batch had unknown ids that the metadata know by
     * now.
     */
    private List<CountedFiles> withNewIds(
        List<CountedFiles> files, LandingRun run, ClickMarks marks, Metadata.Copy copy) {
      if (files.stream().allMatch(task -> task.unknownIds() == 0)) {
        return files;
      }
      Optional<Metadata.Copy> newer = metadata.withNewIds(copy, Instant.now());
      if (newer.isEmpty()) {
        return files;
      }
      StagedFiles.delete(flagged.table(), CountedFiles.of(files, CountedFiles::flagged));
      StagedFiles.delete(live.table(), CountedFiles.of(files, CountedFiles::live));
      return write(run, marks, newer.get());
    }

    private List<CountedFiles> write(LandingRun run, ClickMarks marks, Metadata.Copy copy) {
      return new CountedTables(spark, live.table(), flagged.table(), flagged.landedThrough())
          .write(run.rows(spark), marks, copy);
    }

    private void report(
        LandingRun run, ClickMarks marks, SortedMap<String, Long> matches, Times at) {
      Duration marking = Duration.between(at.begun(), at.marked());
      Duration writing = Duration.between(at.marked(), at.written());
      Duration committing = Duration.between(at.written(), at.committed());
      metrics.counted(marks.duplicates(), matches);
      metrics.histories(marks.historyBytes(), marks.historyIds());
      metrics.took(QUERY, Phase.MARK, marking);
      metrics.took(QUERY, Phase.WRITE, writing);
      metrics.took(QUERY, Phase.COMMIT, committing);
      LOG.info(
          "counted landed_through={} clicks={} duplicates={} flags={} rows_per_second={} history_ids={} history_bytes={} mark_millis={} write_millis={} commit_millis={}",
          run.last().landedAt(),
          run.clicks(),
          marks.duplicates(),
          matches.values().stream().mapToLong(Long::longValue).sum(),
          StreamingMetrics.perSecond(run.clicks(), Duration.between(at.begun(), at.committed())),
          marks.historyIds(),
          marks.historyBytes(),
          marking.toMillis(),
          writing.toMillis(),
          committing.toMillis());
    }

    /** When each phase of a batch ended. */
    private record Times(Instant begun, Instant marked, Instant written, Instant committed) {}

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
