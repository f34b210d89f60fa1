package io.clickledger.streaming.driver;

import io.clickledger.lake.LakeSession;
import io.clickledger.lake.LakeSettings;
import io.clickledger.lake.migrate.Migrations;
import io.clickledger.metadata.MetadataMigrations;
import io.clickledger.sandbox.parts.KafkaBroker;
import io.clickledger.sandbox.parts.PostgresServer;
import io.clickledger.schemas.Tables;
import io.clickledger.settings.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.TableProperties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.spark.sql.SparkSession;

/**
 * A PostgreSQL with one priced ad, a broker, and a migrated lake, started once for all tests of the
 * module. They end with the JVM.
 *
 * <p>A state of the lake is the rows of its catalog, because metadata files do not change and are
 * kept here: where the rows are put back, each table is as it was.
 */
final class SharedParts {
  private static final String CATALOG = "iceberg";
  private static final String ROWS = CATALOG + ".iceberg_tables";
  private static final String MIGRATED = CATALOG + ".saved_migrated";

  private static SharedParts running;

  final PostgresServer postgres = PostgresServer.temporary();
  final KafkaBroker broker = KafkaBroker.temporary();
  final KafkaProducer<String, byte[]> producer =
      new KafkaProducer<>(
          Map.of("bootstrap.servers", broker.bootstrapServers()),
          new StringSerializer(),
          new ByteArraySerializer());
  private final AtomicInteger names = new AtomicInteger();
  private final Path warehouse;

  private SharedParts() {
    try {
      warehouse = Files.createTempDirectory("clickledger-warehouse");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    MetadataMigrations.migrate(postgres.dataSource());
    execute(
        "INSERT INTO metadata.advertisers (advertiser_id, name, time_zone, currency) VALUES ('adv-1', 'One', 'Europe/Berlin', 'EUR')",
        "INSERT INTO metadata.campaigns (campaign_id, advertiser_id, name, starts_on) VALUES ('campaign-1', 'adv-1', 'One', '2020-01-01')",
        "INSERT INTO metadata.ads (ad_id, campaign_id, name, cpc_micros) VALUES ('ad-1', 'campaign-1', 'One', "
            + Lake.CPC_MICROS
            + ")",
        "INSERT INTO metadata.publishers (publisher_id, name, domain, revenue_share_percent) "
            + "SELECT id, id, id || '.example', 50 FROM unnest("
            + "ARRAY['publisher-1', 'count', 'twice', 'lost', 'farm', 'gone', 'ruled', 'count-2']) id");
    new Migrations().migrate(spark(), Instant.now());
    Tables.ALL.forEach(
        table ->
            spark()
                .sql(
                    "ALTER TABLE %s SET TBLPROPERTIES ('%s' = 'false')"
                        .formatted(table, TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED)));
    save(MIGRATED);
  }

  static synchronized SharedParts running() {
    if (running == null) {
      running = new SharedParts();
    }
    return running;
  }

  /** The session, or a new one where a test has stopped it. */
  SparkSession spark() {
    return LakeSession.configure(SparkSession.builder().master("local[2]"), lake())
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.streaming.noDataMicroBatches.enabled", "false")
        .config(
            "spark.sql.streaming.stateStore.providerClass",
            "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider")
        .getOrCreate();
  }

  LakeSettings lake() {
    return new LakeSettings(
        postgres.jdbcUrl(CATALOG),
        postgres.user(),
        Secret.of(postgres.password()),
        warehouse.toString(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** A new topic of two partitions. */
  String createTopic() {
    String topic = "clicks-" + names.incrementAndGet();
    broker.createTopic(topic, 2);
    return topic;
  }

  /** The name of a new state of the lake. */
  String newState() {
    return CATALOG + ".saved_" + names.incrementAndGet();
  }

  /** Keeps the lake's state under the name. */
  void save(String state) {
    execute("CREATE TABLE " + state + " AS SELECT * FROM " + ROWS);
  }

  /** Puts the lake back into that state. */
  void restore(String state) {
    execute(
        "BEGIN",
        "DELETE FROM " + ROWS,
        "INSERT INTO " + ROWS + " SELECT * FROM " + state,
        "COMMIT");
  }

  /** Puts the lake back into the state in which it has no rows. */
  void empty() {
    restore(MIGRATED);
  }

  void execute(String... statements) {
    try (Connection connection = postgres.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
