package io.clickledger.benchmarks.platform;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which platform is under load; the defaults are those of {@code ./clickledger up}. */
final class PlatformOptions {
  @Option(names = "--data-dir", defaultValue = "data", description = "The platform's folder.")
  private Path data;

  @Option(
      names = "--metadata",
      defaultValue = "sandbox/demo-metadata",
      description = "Folder of the metadata CSV files (${DEFAULT-VALUE}).")
  Path metadata;

  PlatformFolder folder() {
    return new PlatformFolder(data);
  }
}
