package io.clickledger.streaming;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.clickledger.lake.KafkaPosition;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.PositionedAppend;
import io.clickledger.lake.Recorded;
import io.clickledger.lake.StagedFiles;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka to raw.clicks and raw.rejected_clicks: stateless, exactly once. The tables are the
 * checkpoint: each commit records up to which offsets its table has landed, and a driver begins at
 * the lesser of the two ends with a checkpoint folder of its own that nobody needs afterwards. Rows
 * that a table has already are left out of its next commit; a gap stops the query.
 */
final class LandClicks {
  static final String QUERY = "land-clicks";

  private static final Logger LOG = LoggerFactory.getLogger(LandClicks.class);

  /** How many checkpoint folders of earlier drivers are left in place. */
  private static final int KEPT = 5;

  private final SparkSession spark;
  private final StreamingSettings settings;
  private final Ads ads;

  LandClicks(SparkSession spark, StreamingSettings settings, Ads ads) {
    this.spark = spark;
    this.settings = settings;
    this.ads = ads;
  }

  /**
   * Starts the query.
   *
   * @throws IllegalStateException where Kafka no longer has what comes next, or the topic is
   *     another one than was landed before
   */
  StreamingQuery start() {
    Topic topic = Topic.describe(settings.kafka());
    Landed clicks = landed(RawClicks.TABLE, topic);
    Landed rejected = landed(RawRejectedClicks.TABLE, topic);
    KafkaPosition start = clicks.end().least(rejected.end());
    String checkpoint = newCheckpoint();
    Dataset<Row> records =
        spark
            .readStream()
            .format("kafka")
            .option("kafka.bootstrap.servers", settings.kafka().bootstrapServers())
            .option("kafka.isolation.level", "read_committed")
            .option("subscribe", settings.kafka().clickTopic())
            .option("startingOffsets", "{\"" + settings.kafka().clickTopic() + "\":" + start + "}")
            .option("failOnDataLoss", "true")
            .option("maxOffsetsPerTrigger", settings.streaming().maxOffsetsPerBatch())
            .load();
    VoidFunction2<Dataset<Row>, Long> land =
        new Batches(new PlannedBatch(spark, checkpoint), topic, clicks, rejected);
    try {
      return records
          .writeStream()
          .queryName(QUERY)
          .option("checkpointLocation", checkpoint)
          .trigger(Trigger.ProcessingTime(settings.streaming().landTrigger().toMillis()))
          .foreachBatch(land)
          .start();
    } catch (TimeoutException e) {
      throw new IllegalStateException("query " + QUERY + " did not start in time", e);
    }
  }

  /** How far the table has landed; the earliest offsets that Kafka has, for a new table. */
  private Landed landed(TableName name, Topic topic) {
    Table table = LakeTables.load(spark, name);
    Optional<Recorded> recorded = Recorded.newest(table, QUERY);
    recorded
        .map(Recorded::source)
        .filter(source -> !source.equals(topic.id()))
        .ifPresent(
            source -> {
              throw new IllegalStateException(
                  "topic %s has id %s, but %s was landed from id %s: it was created again"
                      .formatted(settings.kafka().clickTopic(), topic.id(), name, source));
            });
    KafkaPosition end =
        recorded
            .map(Recorded::to)
            .map(KafkaPosition::parse)
            .map(position -> position.over(topic.earliest().next().keySet()))
            .orElse(topic.earliest());
    topic
        .earliest()
        .next()
        .forEach(
            (partition, earliest) -> {
              if (end.of(partition) < earliest) {
                throw new IllegalStateException(
                    "%s ends at offset %d of partition %d, but Kafka's retention has deleted all before %d: %d offsets are lost"
                        .formatted(
                            name,
                            end.of(partition),
                            partition,
                            earliest,
                            earliest - end.of(partition)));
              }
            });
    return new Landed(
        table,
        recorded.map(Recorded::to),
        end,
        recorded.map(Recorded::landedThrough).orElse(Instant.EPOCH));
  }

  /**
   * A folder that no query used before. Those of earlier drivers are of no use to anyone, but the
   * newest are kept: one may belong to a driver that still runs, which is for the tables to refuse.
   */
  private String newCheckpoint() {
    Path folder = new Path(settings.streaming().checkpoints(), QUERY);
    try {
      FileSystem files = folder.getFileSystem(spark.sparkContext().hadoopConfiguration());
      if (files.exists(folder)) {
        List<Path> newestFirst =
            Arrays.stream(files.listStatus(folder))
                .map(FileStatus::getPath)
                .sorted(Comparator.comparing(Path::getName).reversed())
                .toList();
        for (Path old :
            newestFirst.subList(Math.min(KEPT, newestFirst.size()), newestFirst.size())) {
          files.delete(old, true);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("checkpoint folder " + folder + " can't be cleared", e);
    }
    return new Path(folder, Instant.now().toEpochMilli() + "-" + UUID.randomUUID()).toString();
  }

  /**
   * A table and how far it has landed.
   *
   * @param recorded the end as its newest commit says; empty before the first
   * @param end the same, or where landing begins
   */
  private record Landed(
      Table table, Optional<String> recorded, KafkaPosition end, Instant landedThrough) {

    /** Only what the table does not have yet. */
    Column isNew(KafkaPosition batchStart, Column partition, Column offset) {
      return end.next().entrySet().stream()
          .filter(e -> e.getValue() > batchStart.of(e.getKey()))
          .map(e -> partition.notEqual(e.getKey()).or(offset.geq(e.getValue())))
          .reduce(lit(true), Column::and);
    }

    /** After a kill between the two commits, one table is ahead: its end never goes back. */
    Landed commit(Dataset<Row> rows, Topic topic, KafkaPosition batchEnd, Instant landedAt) {
      KafkaPosition to = end.greatest(batchEnd);
      PositionedAppend append =
          new PositionedAppend(QUERY, topic.id(), recorded, to.toString(), landedAt);
      append.commit(table, StagedFiles.write(rows, table));
      return new Landed(table, Optional.of(to.toString()), to, landedAt);
    }
  }

  /** Lands one micro-batch after the other. */
  private final class Batches implements VoidFunction2<Dataset<Row>, Long> {
    private static final long serialVersionUID = 1L;

    private final transient PlannedBatch planned;
    private final transient Topic topic;
    private transient Landed clicks;
    private transient Landed rejected;

    Batches(PlannedBatch planned, Topic topic, Landed clicks, Landed rejected) {
      this.planned = planned;
      this.topic = topic;
      this.clicks = clicks;
      this.rejected = rejected;
    }

    @Override
    public void call(Dataset<Row> records, Long batchId) {
      KafkaPosition from = clicks.end().least(rejected.end());
      KafkaPosition to = kafkaPosition(planned.end(batchId));
      Instant landedAt = after(clicks.landedThrough(), rejected.landedThrough());
      Dataset<Row> landing =
          Landing.of(
                  records,
                  ads.asOf(landedAt),
                  settings,
                  landedAt,
                  SparkSchemaUtil.convert(clicks.table().schema()),
                  SparkSchemaUtil.convert(rejected.table().schema()))
              .persist(StorageLevel.MEMORY_AND_DISK());
      try {
        clicks = land(clicks, landing, Landing.CLICK, from, to, landedAt);
        rejected = land(rejected, landing, Landing.REJECTED, from, to, landedAt);
      } finally {
        landing.unpersist();
      }
      LOG.info(
          "landed batch={} offsets={} to={} landed_at={} millis={}",
          batchId,
          to.since(from),
          to,
          landedAt,
          Duration.between(landedAt, Instant.now()).toMillis());
    }

    private Landed land(
        Landed table,
        Dataset<Row> landing,
        String struct,
        KafkaPosition from,
        KafkaPosition to,
        Instant landedAt) {
      if (table.end().covers(to)) {
        return table;
      }
      Dataset<Row> rows =
          landing
              .where(col(struct).isNotNull())
              .select(struct + ".*")
              .where(
                  table.isNew(from, col(RawClicks.KAFKA_PARTITION), col(RawClicks.KAFKA_OFFSET)));
      return table.commit(rows, topic, to, landedAt);
    }

    /** Kafka's source writes {"topic":{"partition":offset}}. */
    private KafkaPosition kafkaPosition(String json) {
      String prefix = "{\"" + settings.kafka().clickTopic() + "\":";
      if (!json.startsWith(prefix)) {
        throw new IllegalStateException(
            "offset of topic " + settings.kafka().clickTopic() + " expected, was " + json);
      }
      return KafkaPosition.parse(json.substring(prefix.length(), json.length() - 1));
    }

    /** Now, but after every landing before. */
    private Instant after(Instant one, Instant other) {
      Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
      Instant newest = one.isAfter(other) ? one : other;
      return now.isAfter(newest) ? now : newest.plusMillis(1);
    }
  }
}
