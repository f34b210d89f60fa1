package io.clickledger.sandbox.launcher.folder;

import io.clickledger.sandbox.parts.PostgresServer;
import io.clickledger.sandbox.parts.S3Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Writes each program's settings file, in the form that production has it. */
public record SettingsFiles(DataFolder data, PlatformConfig config, Secrets secrets) {

  public static final String CLICK_TOPIC = "clicks";
  public static final String BUCKET = "clickledger";

  /** How long the streaming driver may take to finish its batches. */
  public static final Duration STREAMING_STOP = Duration.ofSeconds(45);

  public void write() {
    write("ingestion", ingestion());
    write("serving-api", servingApi());
    write("streaming", streaming());
    write("batch", batch());
  }

  public Path readyFile() {
    return data.state("streaming.ready");
  }

  public String warehouse() {
    return switch (config.warehouse()) {
      case LOCAL -> data.of("warehouse").toString();
      case S3 -> "s3://" + BUCKET + "/warehouse";
    };
  }

  public String catalogUri() {
    return metadataUri() + "?currentSchema=iceberg";
  }

  private String metadataUri() {
    return "jdbc:postgresql://127.0.0.1:%d/%s"
        .formatted(config.ports().postgres(), PostgresServer.DATABASE);
  }

  private String checkpoints() {
    return switch (config.warehouse()) {
      case LOCAL -> data.of("checkpoints").toString();
      case S3 -> "s3a://" + BUCKET + "/checkpoints";
    };
  }

  private List<String> ingestion() {
    return List.of(
        "http.port = " + config.ports().ingestion(),
        // All simulated browsers are on this machine, and say where they would be.
        "http.trusted-proxies = 127.0.0.1",
        "kafka.bootstrap-servers = " + bootstrapServers(),
        "kafka.click-topic = " + CLICK_TOPIC,
        "spool.folder = " + data.of("spool"));
  }

  private List<String> servingApi() {
    List<String> lines = new ArrayList<>(metadata());
    lines.add("http.port = " + config.ports().servingApi());
    lines.add("trino.url = jdbc:trino://127.0.0.1:%d/lake".formatted(config.ports().trino()));
    return lines;
  }

  private List<String> streaming() {
    List<String> lines = new ArrayList<>(lakeAndMetadata());
    lines.add("kafka.bootstrap-servers = " + bootstrapServers());
    lines.add("kafka.click-topic = " + CLICK_TOPIC);
    lines.add("privacy.hash-key = " + secrets.reference(Secrets.HASH_KEY));
    lines.add("privacy.payload-key = " + secrets.reference(Secrets.PAYLOAD_KEY));
    lines.add("streaming.checkpoints = " + checkpoints());
    lines.add("streaming.history-copies = " + data.of("history-copies"));
    lines.add("streaming.ready-file = " + readyFile());
    lines.add("streaming.metrics-port = " + config.ports().streamingMetrics());
    lines.add("streaming.stop-timeout = " + STREAMING_STOP.toSeconds() + "s");
    return lines;
  }

  private List<String> batch() {
    List<String> lines = new ArrayList<>(lakeAndMetadata());
    lines.add("privacy.hash-key = " + secrets.reference(Secrets.HASH_KEY));
    return lines;
  }

  private List<String> lakeAndMetadata() {
    List<String> lines = new ArrayList<>(metadata());
    lines.add("lake.catalog-uri = " + catalogUri());
    lines.add("lake.catalog-user = " + PostgresServer.USER);
    lines.add("lake.catalog-password = " + secrets.reference(Secrets.CATALOG_PASSWORD));
    lines.add("lake.warehouse = " + warehouse());
    if (config.warehouse() == Warehouse.S3) {
      secrets.keep(Secrets.S3_ACCESS_KEY, S3Endpoint.ACCESS_KEY);
      lines.add("lake.s3-endpoint = http://127.0.0.1:" + config.ports().s3());
      lines.add("lake.s3-region = " + S3Endpoint.REGION);
      lines.add("lake.s3-access-key = " + secrets.reference(Secrets.S3_ACCESS_KEY));
      lines.add("lake.s3-secret-key = " + secrets.reference(Secrets.S3_SECRET_KEY));
    }
    return lines;
  }

  private List<String> metadata() {
    return List.of(
        "metadata.uri = " + metadataUri(),
        "metadata.user = " + PostgresServer.USER,
        "metadata.password = " + secrets.reference(Secrets.CATALOG_PASSWORD));
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + config.ports().kafka();
  }

  private void write(String program, List<String> lines) {
    List<String> all = new ArrayList<>(List.of("# Written at each ./clickledger up."));
    all.addAll(lines);
    try {
      Files.write(data.settings(program), all);
    } catch (IOException e) {
      throw new UncheckedIOException("could not write the settings of " + program, e);
    }
  }
}
