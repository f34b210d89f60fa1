package io.clickledger.sandbox.driver;

import io.clickledger.metadata.MetadataMigrations;
import io.clickledger.metadata.csv.MetadataImport;
import io.clickledger.sandbox.parts.KafkaBroker;
import io.clickledger.sandbox.parts.PostgresServer;
import io.clickledger.sandbox.parts.SparkScript;
import io.clickledger.sandbox.parts.process.Folders;
import io.clickledger.sandbox.parts.process.FreePorts;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * PostgreSQL, a broker and a lake, in one folder, and the drivers that run on them. The migrated
 * lake is kept aside, so that each run begins with an empty one at once.
 */
public final class DriverParts implements AutoCloseable {
  /** The topic that is always there. */
  public static final String TOPIC = "clicks";

  public static final int PARTITIONS = 4;

  private static final String PASSWORD = "clickledger";
  private static final String KEY = "0123456789abcdef".repeat(4);
  private static final String EMPTY = "empty_lake";
  private static final String FULL = "full_lake";

  private final Path folder;
  private final Path metadata;
  private final PostgresServer postgres;
  private final KafkaBroker kafka;

  /**
   * Starts the parts.
   *
   * @param topic folder of the broker, which may hold a full topic
   */
  public DriverParts(Path folder, Path topic, Path metadata) throws IOException {
    this.folder = folder;
    this.metadata = metadata;
    Files.createDirectories(sparkFolder());
    postgres = PostgresServer.in(folder.resolve("postgres"), FreePorts.next(), PASSWORD);
    Runtime.getRuntime().addShutdownHook(new Thread(postgres::stop, "end-postgres"));
    kafka = KafkaBroker.in(topic, FreePorts.neighbours(2), TOPIC + ":" + PARTITIONS);
  }

  public String broker() {
    return kafka.bootstrapServers();
  }

  /** The topic that is always there. */
  public KafkaTopic topic() {
    return new KafkaTopic(broker(), TOPIC);
  }

  public KafkaBroker kafka() {
    return kafka;
  }

  public PostgresServer postgres() {
    return postgres;
  }

  private Path sparkFolder() {
    return folder.resolve("spark");
  }

  private Path warehouse() {
    return folder.resolve("warehouse");
  }

  /** Folder of the drivers' checkpoints. */
  public Path checkpoints() {
    return folder.resolve("checkpoints");
  }

  /** How Iceberg's Java API reaches the catalog. */
  public Map<String, String> catalog() {
    return IcebergLake.properties(
        postgres.jdbcUrl("iceberg"), postgres.user(), postgres.password(), warehouse());
  }

  /** Makes the lake empty again, its tables as the program of today wants them. */
  public void emptyLake() throws IOException, SQLException {
    String made = made();
    Path marker = folder.resolve("empty-lake-made-by");
    if (!Files.exists(marker) || !Files.readString(marker).equals(made)) {
      Files.deleteIfExists(marker);
      administer("DROP DATABASE IF EXISTS " + EMPTY + " WITH (FORCE)");
      administer("DROP DATABASE IF EXISTS " + PostgresServer.DATABASE + " WITH (FORCE)");
      administer("CREATE DATABASE " + PostgresServer.DATABASE);
      migrate();
      putAside(EMPTY);
      Files.writeString(marker, made);
    }
    bringBack(EMPTY);
  }

  /** Keeps the lake as it is now for {@link #fullLake}; the one in use is gone. */
  public void keepFullLake() throws IOException, SQLException {
    administer("DROP DATABASE IF EXISTS " + FULL + " WITH (FORCE)");
    putAside(FULL);
  }

  /** Makes the lake what it was when it was kept. */
  public void fullLake() throws IOException, SQLException {
    bringBack(FULL);
  }

  private void putAside(String name) throws IOException, SQLException {
    administer(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
            + PostgresServer.DATABASE
            + "'");
    administer("ALTER DATABASE " + PostgresServer.DATABASE + " RENAME TO " + name);
    Folders.delete(aside(name));
    Files.move(warehouse(), aside(name));
  }

  private void bringBack(String name) throws IOException, SQLException {
    administer("DROP DATABASE IF EXISTS " + PostgresServer.DATABASE + " WITH (FORCE)");
    administer("CREATE DATABASE " + PostgresServer.DATABASE + " TEMPLATE " + name);
    Folders.delete(warehouse());
    Folders.delete(folder.resolve("checkpoints"));
    copy(aside(name), warehouse());
  }

  private void migrate() throws IOException {
    MetadataMigrations.migrate(postgres.dataSource());
    MetadataImport.run(postgres.dataSource(), List.of(metadata));
    Folders.delete(warehouse());
    Files.createDirectories(warehouse());
    Path settings = write(folder.resolve("batch.properties"), batchSettings());
    SparkScript.plan(sparkFolder(), "migrate-lake", "--settings", settings.toString())
        .log(folder.resolve("migrate-lake.log"))
        .start()
        .awaitSuccess(Duration.ofMinutes(5));
  }

  /**
   * Starts a driver of production.
   *
   * @param given settings of it beside those that it needs, or in their place
   * @param arguments of it beside its settings
   */
  public ManagedProcess startDriver(
      DriverFolder driver, Map<String, String> given, String... arguments) throws IOException {
    Map<String, String> settings = settings();
    settings.put("privacy.payload-key", "file:" + key());
    settings.put("streaming.checkpoints", checkpoints().toString());
    settings.put("streaming.history-copies", folder.resolve("history-copies").toString());
    settings.put("streaming.ready-file", driver.ready().toString());
    settings.putAll(given);
    return start(driver, settings, "stream-clicks", arguments);
  }

  /** Settings of whatever program reads the topic and writes the lake. */
  public Map<String, String> settings() throws IOException {
    Map<String, String> settings = batchSettings();
    settings.put("kafka.bootstrap-servers", broker());
    settings.put("kafka.click-topic", TOPIC);
    return settings;
  }

  /** Starts a script of spark-submit/ with these settings and the conf of the folder. */
  public ManagedProcess start(
      DriverFolder driver, Map<String, String> settings, String name, String... arguments)
      throws IOException {
    Path file = write(driver.path().resolve("settings.properties"), settings);
    return SparkScript.plan(sparkFolder(), name, arguments)
        .command("--settings", file.toString())
        .environment("CLICKLEDGER_CONF", driver.path().toString())
        .log(driver.log())
        .start();
  }

  /** Settings of the jobs of batch/. */
  public Map<String, String> batchSettings() throws IOException {
    Path password = Files.writeString(folder.resolve("catalog-password"), PASSWORD);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("lake.catalog-uri", postgres.jdbcUrl("iceberg"));
    settings.put("lake.catalog-user", postgres.user());
    settings.put("lake.catalog-password", "file:" + password);
    settings.put("lake.warehouse", warehouse().toString());
    settings.put("metadata.uri", postgres.jdbcUrl());
    settings.put("metadata.user", postgres.user());
    settings.put("metadata.password", "file:" + password);
    settings.put("privacy.hash-key", "file:" + key());
    return settings;
  }

  private Path key() throws IOException {
    return Files.writeString(folder.resolve("key"), KEY);
  }

  private static Path write(Path file, Map<String, String> settings) throws IOException {
    return Files.write(
        file, settings.entrySet().stream().map(e -> e.getKey() + " = " + e.getValue()).toList());
  }

  /** Size and time of every jar that the tables and the metadata come from. */
  private String made() throws IOException {
    Path target = RepositoryRoot.find().resolve("batch/target");
    List<String> jars = new ArrayList<>();
    try (Stream<Path> libraries = Files.list(target.resolve("lib"))) {
      for (Path jar :
          libraries
              .filter(p -> p.getFileName().toString().matches("clickledger-(lake|iceb|meta|set).*"))
              .sorted()
              .toList()) {
        jars.add(jar.getFileName() + " " + Files.size(jar) + " " + Files.getLastModifiedTime(jar));
      }
    }
    return String.join("\n", jars);
  }

  private Path aside(String name) {
    return folder.resolve(name.replace('_', '-'));
  }

  private void administer(String statement) throws SQLException {
    String uri = postgres.jdbcUrl().replaceFirst("/[^/]*$", "/postgres");
    try (Connection connection =
            DriverManager.getConnection(uri, postgres.user(), postgres.password());
        Statement administration = connection.createStatement()) {
      administration.execute(statement);
    }
  }

  /** Copies a folder and everything in it to where there is none yet. */
  public static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }

  @Override
  public void close() {
    kafka.close();
    postgres.close();
  }
}
