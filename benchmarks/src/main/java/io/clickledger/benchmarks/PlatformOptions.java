package io.clickledger.benchmarks;

import java.net.URI;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the platform under load answers; the defaults are those of {@code ./clickledger up}. */
final class PlatformOptions {
  @Option(names = "--http", defaultValue = "http://127.0.0.1:8080", description = "Ingestion.")
  URI http;

  @Option(names = "--api", defaultValue = "http://127.0.0.1:8081", description = "Serving API.")
  URI api;

  @Option(names = "--kafka", defaultValue = "127.0.0.1:19092", description = "Broker.")
  String kafka;

  @Option(names = "--data-dir", defaultValue = "data", description = "The platform's folder.")
  Path data;

  @Option(
      names = "--metadata",
      defaultValue = "sandbox/demo-metadata",
      description = "Folder of the metadata CSV files (${DEFAULT-VALUE}).")
  Path metadata;
}
