package io.clickledger.streaming.driver;

import io.clickledger.lake.LakeTables;
import io.clickledger.metadata.FraudRulesPublication;
import io.clickledger.metadata.MetadataSettings;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.schemas.TableName;
import io.clickledger.settings.Secret;
import io.clickledger.streaming.StreamingSettings;
import io.clickledger.streaming.count.CountClicks;
import io.clickledger.streaming.land.LandClicks;
import io.clickledger.streaming.query.MetadataCache;
import io.clickledger.streaming.query.RunningBatches;
import io.clickledger.streaming.query.StreamingMetrics;
import io.clickledger.streaming.repair.AcceptGapJob;
import io.clickledger.streaming.repair.DayRecount;
import io.clickledger.streaming.repair.RebuildLiveJob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/**
 * A new Kafka topic, an empty lake, and a metadata store with one priced ad, all real. There is one
 * at a time: a new one empties the lake of the one before.
 */
public final class Lake implements AutoCloseable {
  /** Price of a click on {@code ad-1}. */
  static final long CPC_MICROS = 250_000;

  public final SparkSession spark;
  public final String topic;
  final Path folder;

  /** What queries report to; backlogs are not cached. */
  final StreamingMetrics metrics = new StreamingMetrics(Duration.ZERO);

  /** Of queries that are started from now on. */
  public Duration dedupWindow = Duration.ofHours(1);

  private final SharedParts parts = SharedParts.running();
  private final String saved = parts.newState();

  public Lake() {
    try {
      folder = Files.createTempDirectory("clickledger-streaming");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    spark = parts.spark();
    topic = parts.createTopic();
    parts.empty();
  }

  /** Keeps the lake's state for {@link #restore}. */
  public void save() {
    parts.save(saved);
  }

  /** Puts the lake back into the state that was saved; the topic keeps what it has. */
  public void restore() {
    parts.restore(saved);
  }

  public StreamingSettings settings() {
    return settings(1_000_000);
  }

  private StreamingSettings settings(long maxOffsetsPerBatch) {
    Secret password = Secret.of(parts.postgres.password());
    String key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    Secret secret = Secret.of(key);
    return new StreamingSettings(
        new StreamingSettings.Kafka(parts.broker.bootstrapServers(), topic, Duration.ofSeconds(20)),
        parts.lake(),
        new MetadataSettings(
            parts.postgres.jdbcUrl(),
            parts.postgres.user(),
            Optional.of(password),
            Duration.ofSeconds(5)),
        new StreamingSettings.Privacy("k1", secret, "p1", secret),
        new StreamingSettings.Enrichment(Optional.empty(), Optional.empty(), Optional.empty()),
        new StreamingSettings.Streaming(
            folder.resolve("checkpoints").toString(),
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            maxOffsetsPerBatch,
            dedupWindow,
            Optional.of(folder.resolve("history-copies")),
            Duration.ofSeconds(30),
            Optional.empty(),
            "127.0.0.1",
            0,
            Duration.ofSeconds(60),
            Duration.ofMinutes(10),
            Duration.ofHours(1)),
        new StreamingSettings.Upkeep(Duration.ofDays(35)));
  }

  /** Sends the record and waits for the broker's word. */
  public void send(String key, byte[] value) {
    try {
      parts.producer.send(new ProducerRecord<>(topic, key, value)).get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("sending " + key, e);
    }
  }

  /** Puts rules in force: those that are shipped and this one. */
  void publishRule(String version, String rule) {
    FraudRules shipped = FraudRules.shipped();
    FraudRulesPublication.publish(
        parts.postgres.dataSource(),
        FraudRules.parse(
            shipped
                .document()
                .replace(shipped.version(), version)
                .replaceFirst("\"rules\": \\[", "\"rules\": [" + rule + ",")));
  }

  public LandClicks landClicks() {
    return new LandClicks(spark, settings(), metadata(), metrics, new RunningBatches());
  }

  /** The query as another driver would run it. */
  LandClicks landClicksElsewhere() {
    return new LandClicks(
        spark.newSession(), settings(), metadata(), new StreamingMetrics(), new RunningBatches());
  }

  AcceptGapJob acceptGap() {
    return new AcceptGapJob(spark, settings(), Duration.ZERO);
  }

  public RebuildLiveJob rebuildLive(Consumer<String> out) {
    return new RebuildLiveJob(spark, settings(), out);
  }

  public DayRecount dayRecount() {
    return new DayRecount(spark, settings());
  }

  public CountClicks countClicks() {
    return new CountClicks(spark, settings(), metadata(), metrics, new RunningBatches());
  }

  /** Lands all that is in the topic. */
  public void land() {
    run(landClicks().start());
  }

  /** Lands all that is in the topic, in batches of so many offsets. */
  void landInBatchesOf(long offsets) {
    run(
        new LandClicks(spark, settings(offsets), metadata(), metrics, new RunningBatches())
            .start());
  }

  /** Counts all that has landed. */
  public void count() {
    run(countClicks().start());
  }

  public static void run(StreamingQuery query) {
    try {
      query.processAllAvailable();
    } finally {
      try {
        query.stop();
      } catch (java.util.concurrent.TimeoutException e) {
        throw new IllegalStateException(e);
      }
    }
    query
        .exception()
        .foreach(
            failure -> {
              throw new IllegalStateException(failure);
            });
  }

  public Dataset<Row> table(TableName name) {
    return spark.table(name.toString());
  }

  public Table iceberg(TableName name) {
    return LakeTables.load(spark, name);
  }

  /** Deletes rows as no landing does. */
  public void delete(TableName name, String column, String value) {
    spark.sql("DELETE FROM %s WHERE %s = '%s'".formatted(name, column, value));
  }

  /** Takes back the table's newest commit, as if the driver had been killed just before it. */
  void takeBackLastCommit(TableName name) {
    Table table = iceberg(name);
    Snapshot newest = table.currentSnapshot();
    table.manageSnapshots().setCurrentSnapshot(newest.parentId()).commit();
  }

  /** Lets Kafka forget all records before the offset. */
  void deleteRecordsBefore(int partition, long offset) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", parts.broker.bootstrapServers()))) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset)))
          .all()
          .get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Gives the topic more partitions. */
  void addPartitions(int total) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", parts.broker.bootstrapServers()))) {
      admin
          .createPartitions(Map.of(topic, NewPartitions.increaseTo(total)))
          .all()
          .get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends the record to that partition and waits for the broker's word. */
  public void sendTo(int partition, byte[] value) {
    try {
      parts
          .producer
          .send(new ProducerRecord<>(topic, partition, null, value))
          .get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("sending to partition " + partition, e);
    }
  }

  /** Sends the record alone in a batch that is compressed in that way. */
  public void sendCompressed(String codec, int partition, byte[] value) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", parts.broker.bootstrapServers());
    properties.put("compression.type", codec);
    properties.put("max.request.size", Integer.toString(1 << 30));
    properties.put("buffer.memory", Integer.toString(1 << 30));
    try (KafkaProducer<String, byte[]> once =
        new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
      once.send(new ProducerRecord<>(topic, partition, null, value)).get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("sending compressed by " + codec, e);
    }
  }

  /** Sets the topic as an operator does. */
  public void setTopic(Map<String, String> settings) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    List<AlterConfigOp> operations =
        settings.entrySet().stream()
            .map(setting -> new ConfigEntry(setting.getKey(), setting.getValue()))
            .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
            .toList();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", parts.broker.bootstrapServers()))) {
      admin.incrementalAlterConfigs(Map.of(resource, operations)).all().get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Deletes the topic and makes one of the same name. */
  void createTopicAgain() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", parts.broker.bootstrapServers()))) {
      admin.deleteTopics(List.of(topic)).all().get(20, TimeUnit.SECONDS);
      while (admin.listTopics().names().get(20, TimeUnit.SECONDS).contains(topic)) {
        Thread.sleep(50);
      }
      parts.broker.createTopic(topic, 2);
    } catch (InterruptedException | ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  public MetadataCache metadata() {
    return new MetadataCache(
        JavaSparkContext.fromSparkContext(spark.sparkContext()),
        new MetadataStore(parts.postgres.dataSource()),
        Duration.ofSeconds(30));
  }

  /** How many sessions are notified of changes of the metadata. */
  int notifiedSessions() {
    try (Connection connection = parts.postgres.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet sessions =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity"
                    + " WHERE application_name = 'clickledger metadata changes'")) {
      sessions.next();
      return sessions.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the metadata. */
  public void execute(String... statements) {
    parts.execute(statements);
  }

  /** Ends the queries that a failed test left. */
  @Override
  public void close() {
    for (StreamingQuery query : spark.streams().active()) {
      try {
        query.stop();
      } catch (java.util.concurrent.TimeoutException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
