package io.clickledger.streaming.land;

import io.clickledger.lake.commit.KafkaPosition;
import io.clickledger.lake.commit.QueryNames;
import io.clickledger.lake.commit.StagedFiles;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.streaming.StreamingSettings;
import io.clickledger.streaming.query.CrashPoint;
import io.clickledger.streaming.query.DisposableCheckpoint;
import io.clickledger.streaming.query.MetadataCache;
import io.clickledger.streaming.query.PlannedBatch;
import io.clickledger.streaming.query.RunningBatches;
import io.clickledger.streaming.query.StreamingMetrics;
import io.clickledger.streaming.query.StreamingMetrics.Phase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka to raw.clicks and raw.rejected_clicks: stateless, exactly once. The tables are the
 * checkpoint: each commit records the offsets up to which its table has landed, and a driver starts
 * at the lesser of the two positions, with a disposable checkpoint folder. Records that a table
 * already has are left out of its next commit; a gap stops the query.
 */
public final class LandClicks {
  public static final String QUERY = QueryNames.LAND_CLICKS;

  private static final Logger LOG = LoggerFactory.getLogger(LandClicks.class);

  private final SparkSession spark;
  private final StreamingSettings settings;
  private final MetadataCache metadata;
  private final StreamingMetrics metrics;
  private final RunningBatches running;

  public LandClicks(
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

  /**
   * Starts the query.
   *
   * @throws IllegalStateException where Kafka no longer has the next records, where the topic is
   *     not the one that was landed before, or where its configuration admits a record that could
   *     stop landing
   */
  public StreamingQuery start() {
    ClickTopicSettings.require(settings.kafka());
    Topic topic = Topic.describe(settings.kafka());
    InitialOffsets.record(spark, topic);
    LandedTable clicks = LandedTable.load(spark, RawClicks.TABLE, topic);
    LandedTable rejected = LandedTable.load(spark, RawRejectedClicks.TABLE, topic);
    KafkaPosition start = startPosition(clicks, rejected);
    String checkpoint =
        DisposableCheckpoint.create(spark, settings.streaming().checkpoints(), QUERY);
    Dataset<Row> records =
        spark
            .readStream()
            .format("kafka")
            .option("kafka.bootstrap.servers", settings.kafka().bootstrapServers())
            .option("kafka.isolation.level", "read_committed")
            // A poll returns the decompressed content of one fetch: 256 KiB of LZ4 are 64 MiB at
            // most. Each partition's consumer keeps what it has polled, and a task holds some 6
            // copies of its record, so the worst case is 64 MiB for each partition and 384 MiB for
            // each core.
            .option("kafka.max.poll.records", "2000")
            .option("kafka.max.partition.fetch.bytes", ClickLimits.TOPIC_BATCH_BYTES)
            .option("kafka.receive.buffer.bytes", "1048576")
            .option("subscribe", settings.kafka().clickTopic())
            .option(
                "startingOffsets", KafkaSourceOffsets.json(settings.kafka().clickTopic(), start))
            .option("failOnDataLoss", "true")
            .option("maxOffsetsPerTrigger", settings.streaming().maxOffsetsPerBatch())
            .load();
    Batches land = new Batches(new PlannedBatch(spark, checkpoint), topic, clicks, rejected);
    TopicBacklog backlog = new TopicBacklog(settings.kafka());
    metrics.backlog(QUERY, () -> backlog.after(land.end()));
    try {
      return records
          .writeStream()
          .queryName(QUERY)
          .option("checkpointLocation", checkpoint)
          .trigger(Trigger.ProcessingTime(settings.streaming().landTrigger().toMillis()))
          .foreachBatch(running.track(land))
          .start();
    } catch (TimeoutException e) {
      throw new IllegalStateException("query " + QUERY + " did not start in time", e);
    }
  }

  /** The table that is behind decides where reading starts. */
  private static KafkaPosition startPosition(LandedTable clicks, LandedTable rejected) {
    return clicks.end().min(rejected.end());
  }

  /** Lands one micro-batch after the other. */
  private final class Batches implements VoidFunction2<Dataset<Row>, Long> {
    private static final long serialVersionUID = 1L;

    private final transient JavaSparkContext context =
        JavaSparkContext.fromSparkContext(spark.sparkContext());
    private final transient PlannedBatch planned;
    private final transient Topic topic;
    private transient volatile LandedTable clicks;
    private transient volatile LandedTable rejected;

    Batches(PlannedBatch planned, Topic topic, LandedTable clicks, LandedTable rejected) {
      this.planned = planned;
      this.topic = topic;
      this.clicks = clicks;
      this.rejected = rejected;
    }

    /** The offsets up to which both tables have landed; safe for any thread. */
    KafkaPosition end() {
      return clicks.end().min(rejected.end());
    }

    @Override
    public void call(Dataset<Row> records, Long batchId) {
      KafkaPosition from = end();
      KafkaPosition to =
          KafkaSourceOffsets.parse(settings.kafka().clickTopic(), planned.end(batchId));
      Instant landedAt = after(clicks.landedThrough(), rejected.landedThrough());
      CrashPoint.LAND_BEFORE_FILES.reached();
      MetadataCache.Snapshot snapshot = metadata.asOf(landedAt);
      LandingTask.Target clicksTarget = clicks.target(context);
      LandingTask.Target rejectedTarget = rejected.target(context);
      LandingTask landing =
          new LandingTask(
              clicksTarget, rejectedTarget, snapshot, new ClickRows(settings, landedAt));
      JavaRDD<InternalRow> rows =
          records.select(LandingTask.RECORD).queryExecution().toRdd().toJavaRDD();
      List<LandingResult> written;
      try {
        // Fewer tasks than cores would leave cores idle; more tasks would only write more files.
        written =
            rows.coalesce(
                    Math.max(1, Math.min(rows.getNumPartitions(), context.defaultParallelism())))
                .mapPartitions(landing)
                .collect();
      } finally {
        clicksTarget.table().destroy();
        rejectedTarget.table().destroy();
      }
      CrashPoint.LAND_FILES_WRITTEN.reached();
      Instant writtenAt = Instant.now();
      LandingResult.TableFiles toClicks = LandingResult.sum(written, LandingResult::clicks);
      LandingResult.TableFiles toRejected = LandingResult.sum(written, LandingResult::rejected);
      try {
        topic.requireUnchanged(settings.kafka());
        new RedeliveryCheck(spark, RawClicks.TABLE, clicks.table())
            .requireSame(topic.id(), from, clicks.end().min(to), toClicks.redelivered());
        new RedeliveryCheck(spark, RawRejectedClicks.TABLE, rejected.table())
            .requireSame(topic.id(), from, rejected.end().min(to), toRejected.redelivered());
      } catch (RuntimeException e) {
        StagedFiles.delete(clicks.table(), toClicks.files());
        StagedFiles.delete(rejected.table(), toRejected.files());
        throw e;
      }
      FraudRules rules = snapshot.rules().value();
      clicks = clicks.commit(toClicks, topic, to, landedAt, rules);
      CrashPoint.LAND_CLICKS_COMMITTED.reached();
      rejected = rejected.commit(toRejected, topic, to, landedAt, rules);
      CrashPoint.LAND_BOTH_COMMITTED.reached();
      report(
          batchId,
          to.since(from),
          to,
          toClicks,
          toRejected,
          new Times(landedAt, writtenAt, Instant.now()));
      metrics.rules(rules);
    }

    private void report(
        long batchId,
        long offsets,
        KafkaPosition to,
        LandingResult.TableFiles toClicks,
        LandingResult.TableFiles toRejected,
        Times at) {
      Duration writing = Duration.between(at.landedAt(), at.written());
      Duration committing = Duration.between(at.written(), at.committed());
      metrics.landed(toClicks.total(), toRejected.noted(), toClicks.noted());
      metrics.unanalysed(toClicks.unanalysed());
      metrics.took(QUERY, Phase.WRITE, writing);
      metrics.took(QUERY, Phase.COMMIT, committing);
      LOG.info(
          "landed batch={} offsets={} clicks={} rejected={} flags={} unanalysed={} rows_per_second={} to={} landed_at={} write_millis={} commit_millis={}",
          batchId,
          offsets,
          toClicks.total(),
          toRejected.total(),
          toClicks.noted().values().stream().mapToLong(Long::longValue).sum(),
          toClicks.unanalysed(),
          StreamingMetrics.perSecond(
              toClicks.total() + toRejected.total(), writing.plus(committing)),
          to,
          at.landedAt(),
          writing.toMillis(),
          committing.toMillis());
    }

    /**
     * When each phase of a batch ended.
     *
     * @param landedAt landed_at of its rows
     */
    private record Times(Instant landedAt, Instant written, Instant committed) {}

    /** The current time, but later than every earlier landing. */
    private Instant after(Instant one, Instant other) {
      Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
      Instant newest = one.isAfter(other) ? one : other;
      return now.isAfter(newest) ? now : newest.plusMillis(1);
    }
  }
}
