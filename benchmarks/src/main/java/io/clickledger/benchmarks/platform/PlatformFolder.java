package io.clickledger.benchmarks.platform;

import io.clickledger.sandbox.driver.IcebergLake;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import io.clickledger.settings.Secret;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** Where the parts of a platform that is up answer, as the settings in its data folder have it. */
record PlatformFolder(Path path) {

  URI ingestion() throws IOException {
    return loopback(setting("ingestion", "http.port"));
  }

  URI servingApi() throws IOException {
    return loopback(setting("serving-api", "http.port"));
  }

  /** The key that the platform's own commands ask the serving API with. */
  String apiKey() throws IOException {
    return Files.readString(path.resolve("secrets/api-key-admin")).strip();
  }

  String broker() throws IOException {
    return setting("streaming", "kafka.bootstrap-servers");
  }

  /** The streaming driver's metrics, in Prometheus' text format. */
  URI streamingMetrics() throws IOException {
    return loopback(setting("streaming", "streaming.metrics-port")).resolve("/metrics");
  }

  String trinoUrl() throws IOException {
    return setting("serving-api", "trino.url");
  }

  ManagedProcess streamingDriver() {
    return ManagedProcess.running(path.resolve("pids/streaming.pid"))
        .orElseThrow(() -> new IllegalStateException("no streaming driver runs in " + path));
  }

  /** How Iceberg's Java API reaches the catalog of a lake in a folder. */
  Map<String, String> catalog() throws IOException {
    String warehouse = setting("streaming", "lake.warehouse");
    if (warehouse.startsWith("s3:")) {
      throw new IllegalStateException("the lake must be in a folder, was in " + warehouse);
    }
    String password = setting("streaming", "lake.catalog-password");
    return IcebergLake.properties(
        setting("streaming", "lake.catalog-uri"),
        setting("streaming", "lake.catalog-user"),
        Secret.referredToBy(password, System.getenv()).reveal(),
        Path.of(warehouse));
  }

  private String setting(String program, String name) throws IOException {
    Path file = path.resolve("settings").resolve(program + ".properties");
    Properties settings = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      settings.load(reader);
    }
    String value = settings.getProperty(name);
    if (value == null) {
      throw new IllegalStateException(file + " has no " + name);
    }
    return value;
  }

  private static URI loopback(String port) {
    return URI.create("http://127.0.0.1:" + port);
  }
}
