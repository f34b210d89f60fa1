package io.clickledger.streaming;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_trunc;

import io.clickledger.lake.LakeTables;
import io.clickledger.lake.PositionedAppend;
import io.clickledger.lake.Recorded;
import io.clickledger.lake.StagedFiles;
import io.clickledger.rules.FraudRules;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.spark.Judgements;
import io.clickledger.spark.Measures;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * raw.clicks to live.clicks_by_minute: marks repeats ({@link Repeats}), judges, and appends one
 * partial of the measures for each minute, grain and landing batch. How far raw.clicks was counted
 * is recorded in each commit; the checkpoint holds only the state of {@link Repeats}, and where it
 * is lost or does not fit, that state is primed from raw.clicks itself.
 */
final class CountClicks {
  static final String QUERY = "count-clicks";

  private static final Logger LOG = LoggerFactory.getLogger(CountClicks.class);

  private final SparkSession spark;
  private final StreamingSettings settings;
  private final Ads ads;

  CountClicks(SparkSession spark, StreamingSettings settings, Ads ads) {
    this.spark = spark;
    this.settings = settings;
    this.ads = ads;
  }

  /** Starts the query where live.clicks_by_minute ends. */
  StreamingQuery start() {
    Table raw = LakeTables.load(spark, RawClicks.TABLE);
    Table live = LakeTables.load(spark, LiveClicksByMinute.TABLE);
    Optional<Recorded> counted = Recorded.newest(live, QUERY);
    StateCheckpoint checkpoint =
        StateCheckpoint.fitting(
            spark, settings.streaming().checkpoints() + "/" + QUERY, counted.map(Recorded::to));
    DataStreamReader clicks =
        spark
            .readStream()
            .option(SparkReadOptions.STREAMING_SKIP_DELETE_SNAPSHOTS, "true")
            .option(SparkReadOptions.STREAMING_SKIP_OVERWRITE_SNAPSHOTS, "true");
    // Only where the checkpoint is new: it keeps its own beginning, and a batch that runs again
    // must
    // read all its rows again.
    checkpoint
        .newBase()
        .map(RawPosition::parse)
        .ifPresent(
            position ->
                clicks.option(
                    SparkReadOptions.STREAM_FROM_TIMESTAMP,
                    String.valueOf(raw.snapshot(position.snapshotId()).timestampMillis() + 1)));
    Dataset<Row> marked =
        Repeats.mark(
            clicks.table(RawClicks.TABLE.toString()).select(needed()),
            countedBefore(counted),
            settings.streaming().dedupWindow());
    VoidFunction2<Dataset<Row>, Long> count = new Batches(raw, live, counted, checkpoint);
    try {
      return marked
          .writeStream()
          .queryName(QUERY)
          .outputMode(OutputMode.Append())
          .option("checkpointLocation", checkpoint.folder())
          .trigger(Trigger.ProcessingTime(settings.streaming().countTrigger().toMillis()))
          .foreachBatch(count)
          .start();
    } catch (TimeoutException e) {
      throw new IllegalStateException("query " + QUERY + " did not start in time", e);
    }
  }

  /** Rows of raw.clicks that are counted already and may still have repeats to come. */
  private Dataset<Row> countedBefore(Optional<Recorded> counted) {
    Dataset<Row> raw = spark.table(RawClicks.TABLE.toString()).select(needed());
    if (counted.isEmpty()) {
      return raw.limit(0);
    }
    Instant through = counted.get().landedThrough();
    Instant from = through.minus(settings.streaming().dedupWindow());
    return raw.where(
        col(RawClicks.LANDED_AT)
            .gt(Timestamp.from(from))
            .and(col(RawClicks.LANDED_AT).leq(Timestamp.from(through))));
  }

  private static Column[] needed() {
    return Stream.of(
            RawClicks.CLICK_ID,
            RawClicks.CLICKED_AT,
            RawClicks.CAMPAIGN_ID,
            RawClicks.AD_ID,
            RawClicks.PUBLISHER_ID,
            RawClicks.GEO_COUNTRY,
            RawClicks.DEVICE_TYPE,
            RawClicks.FRAUD_FLAGS,
            RawClicks.USER_HASH,
            RawClicks.KAFKA_PARTITION,
            RawClicks.KAFKA_OFFSET,
            RawClicks.LANDED_AT)
        .map(org.apache.spark.sql.functions::col)
        .toArray(Column[]::new);
  }

  /** Counts one micro-batch after the other. */
  private final class Batches implements VoidFunction2<Dataset<Row>, Long> {
    private static final long serialVersionUID = 1L;

    private final transient Table raw;
    private final transient Table live;
    private final transient StateCheckpoint checkpoint;
    private transient Optional<Recorded> counted;

    Batches(Table raw, Table live, Optional<Recorded> counted, StateCheckpoint checkpoint) {
      this.raw = raw;
      this.live = live;
      this.counted = counted;
      this.checkpoint = checkpoint;
    }

    @Override
    public void call(Dataset<Row> marked, Long batchId) {
      Optional<String> end = checkpoint.end(batchId);
      if (counted.map(Recorded::to).equals(end)) {
        // Counted before the driver died, or nothing new. The rows are read all the same, since
        // the state of this batch is what the next one begins with.
        marked.write().format("noop").mode("overwrite").save();
        return;
      }
      String to = end.orElseThrow();
      Instant begun = Instant.now();
      Optional<String> from = checkpoint.start(batchId);
      Instant landedThrough = landedThrough(to);
      Dataset<Row> judged = Judgements.judge(marked, ads.asOf(begun), FraudRules.shipped());
      Dataset<Row> partials =
          Measures.of(
              judged,
              date_trunc("minute", col(RawClicks.CLICKED_AT)).as(LiveClicksByMinute.MINUTE),
              col(RawClicks.LANDED_AT));
      Snapshot commit =
          new PositionedAppend(QUERY, raw.uuid().toString(), from, to, landedThrough)
              .commit(live, StagedFiles.write(inOrderOf(live, partials), live));
      counted = Recorded.of(commit);
      LOG.info(
          "counted batch={} partials={} landed_through={} millis={}",
          batchId,
          commit.summary().get(SnapshotSummary.ADDED_RECORDS_PROP),
          landedThrough,
          Duration.between(begun, Instant.now()).toMillis());
    }

    /** The newest landing that the position in raw.clicks includes. */
    private Instant landedThrough(String to) {
      raw.refresh();
      for (Snapshot snapshot :
          SnapshotUtil.ancestorsOf(RawPosition.parse(to).snapshotId(), raw::snapshot)) {
        Optional<Recorded> landing = Recorded.of(snapshot);
        if (landing.isPresent()) {
          return landing.get().landedThrough();
        }
      }
      return Instant.EPOCH;
    }

    private Dataset<Row> inOrderOf(Table table, Dataset<Row> rows) {
      return rows.select(
          table.schema().columns().stream()
              .map(column -> col(column.name()))
              .toArray(Column[]::new));
    }
  }
}
