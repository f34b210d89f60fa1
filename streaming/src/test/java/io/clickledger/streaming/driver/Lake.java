package io.clickledger.streaming.driver;

import io.clickledger.lake.LakeSession;
import io.clickledger.lake.LakeSettings;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.migrate.Migrations;
import io.clickledger.metadata.FraudRulesPublication;
import io.clickledger.metadata.MetadataMigrations;
import io.clickledger.metadata.MetadataSettings;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.sandbox.parts.KafkaBroker;
import io.clickledger.sandbox.parts.PostgresServer;
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
import java.time.Instant;
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

/** A Kafka topic, a metadata store with one priced ad, and an empty lake, all real. */
public final class Lake implements AutoCloseable {
  public static final String TOPIC = "clicks";

  /** Price of a click on {@code ad-1}. */
  static final long CPC_MICROS = 250_000;

  public final SparkSession spark;
  final Path folder;

  /** What queries report to; look-ups of what waits are not cached. */
  StreamingMetrics metrics = new StreamingMetrics(Duration.ZERO);

  /** Of queries that are started from now on. */
  public Duration dedupWindow = Duration.ofHours(1);

  private final PostgresServer postgres = PostgresServer.temporary();
  private final KafkaBroker broker = KafkaBroker.temporary(TOPIC + ":2");
  private final KafkaProducer<String, byte[]> producer;

  public Lake() {
    try {
      folder = Files.createTempDirectory("clickledger-streaming");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    MetadataMigrations.migrate(postgres.dataSource());
    execute(
        "INSERT INTO metadata.advertisers (advertiser_id, name, time_zone, currency) VALUES ('adv-1', 'One', 'Europe/Berlin', 'EUR')",
        "INSERT INTO metadata.campaigns (campaign_id, advertiser_id, name, starts_on) VALUES ('campaign-1', 'adv-1', 'One', '2020-01-01')",
        "INSERT INTO metadata.ads (ad_id, campaign_id, name, cpc_micros) VALUES ('ad-1', 'campaign-1', 'One', "
            + CPC_MICROS
            + ")",
        "INSERT INTO metadata.publishers (publisher_id, name, domain, revenue_share_percent) "
            + "SELECT id, id, id || '.example', 50 FROM unnest("
            + "ARRAY['publisher-1', 'count', 'twice', 'lost', 'farm', 'gone', 'ruled', 'count-2']) id");
    spark =
        LakeSession.configure(SparkSession.builder().master("local[2]"), settings().lake())
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.adaptive.enabled", "false")
            .config("spark.sql.streaming.noDataMicroBatches.enabled", "false")
            .config(
                "spark.sql.streaming.stateStore.providerClass",
                "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider")
            .getOrCreate();
    new Migrations().migrate(spark, Instant.now());
    Properties properties = new Properties();
    properties.put("bootstrap.servers", broker.bootstrapServers());
    producer = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
  }

  public StreamingSettings settings() {
    return settings(1_000_000);
  }

  private StreamingSettings settings(long maxOffsetsPerBatch) {
    Secret password = Secret.of(postgres.password());
    String key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    Secret secret = Secret.of(key);
    return new StreamingSettings(
        new StreamingSettings.Kafka(broker.bootstrapServers(), TOPIC, Duration.ofSeconds(20)),
        new LakeSettings(
            postgres.jdbcUrl("iceberg"),
            postgres.user(),
            password,
            folder.resolve("warehouse").toString(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        new MetadataSettings(
            postgres.jdbcUrl(), postgres.user(), Optional.of(password), Duration.ofSeconds(5)),
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
      producer.send(new ProducerRecord<>(TOPIC, key, value)).get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("sending " + key, e);
    }
  }

  /** Puts rules in force: those that are shipped and this one. */
  void publishRule(String version, String rule) {
    FraudRules shipped = FraudRules.shipped();
    FraudRulesPublication.publish(
        postgres.dataSource(),
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
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition(TOPIC, partition), RecordsToDelete.beforeOffset(offset)))
          .all()
          .get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Gives the topic more partitions. */
  void addPartitions(int total) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .createPartitions(Map.of(TOPIC, NewPartitions.increaseTo(total)))
          .all()
          .get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends the record to that partition and waits for the broker's word. */
  public void sendTo(int partition, byte[] value) {
    try {
      producer.send(new ProducerRecord<>(TOPIC, partition, null, value)).get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("sending to partition " + partition, e);
    }
  }

  /** Sends the record alone in a batch that is compressed in that way. */
  public void sendCompressed(String codec, int partition, byte[] value) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", broker.bootstrapServers());
    properties.put("compression.type", codec);
    properties.put("max.request.size", Integer.toString(1 << 30));
    properties.put("buffer.memory", Integer.toString(1 << 30));
    try (KafkaProducer<String, byte[]> once =
        new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
      once.send(new ProducerRecord<>(TOPIC, partition, null, value)).get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("sending compressed by " + codec, e);
    }
  }

  /** Sets the topic as an operator does. */
  public void setTopic(Map<String, String> settings) {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);
    List<AlterConfigOp> operations =
        settings.entrySet().stream()
            .map(setting -> new ConfigEntry(setting.getKey(), setting.getValue()))
            .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
            .toList();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.incrementalAlterConfigs(Map.of(topic, operations)).all().get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Deletes the topic and makes one of the same name. */
  void createTopicAgain() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.deleteTopics(List.of(TOPIC)).all().get(20, TimeUnit.SECONDS);
      while (admin.listTopics().names().get(20, TimeUnit.SECONDS).contains(TOPIC)) {
        Thread.sleep(50);
      }
      broker.createTopic(TOPIC, 2);
    } catch (InterruptedException | ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  public MetadataCache metadata() {
    return new MetadataCache(
        JavaSparkContext.fromSparkContext(spark.sparkContext()),
        new MetadataStore(postgres.dataSource()),
        Duration.ofSeconds(30));
  }

  /** How many sessions are notified of changes of the metadata. */
  int notifiedSessions() {
    try (Connection connection = postgres.dataSource().getConnection();
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
    try (Connection connection = postgres.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    producer.close();
    spark.stop();
    broker.close();
    postgres.close();
  }
}
