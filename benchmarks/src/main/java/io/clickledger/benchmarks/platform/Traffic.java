package io.clickledger.benchmarks.platform;

import io.clickledger.sandbox.simulator.Simulate;
import io.clickledger.sandbox.simulator.oracle.OracleEntry;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import picocli.CommandLine;

/** Simulated clicks on a separate publisher, so that a report can select them. */
final class Traffic {
  /** Drivers read the metadata at this interval, so after it they know the new publisher. */
  private static final Duration METADATA_REFRESH = Duration.ofSeconds(35);

  final String publisher = "benchmark-" + System.currentTimeMillis();
  private static final String PUBLISHERS = "publishers.csv";

  private final Simulate simulator;
  private final Path metadata;
  private final CompletableFuture<Integer> run;

  /**
   * Late clicks.
   *
   * @param share of all records, such as 0.05
   * @param upTo the greatest age, such as 35d
   */
  record Late(String share, String upTo) {
    /** A late click before the seam waits for the next billing run: no report counts it now. */
    static final Late NONE = new Late("0", "3d");
  }

  /**
   * Registers the publisher, for clicks of an unknown one would all be invalid; starts sending.
   *
   * @param listener hears of each answered record, from several threads
   */
  Traffic(
      PlatformOptions platform,
      int rate,
      String duration,
      String target,
      Late late,
      Consumer<OracleEntry> listener)
      throws IOException, InterruptedException {
    this.simulator = new Simulate(listener);
    this.metadata = withPublisher(platform.metadata);
    Process registration =
        new ProcessBuilder(
                "./clickledger",
                "metadata",
                "import",
                metadata.resolve(PUBLISHERS).toString(),
                "--data-dir",
                platform.folder().path().toString())
            .inheritIO()
            .start();
    if (registration.waitFor() != 0) {
      throw new IllegalStateException("publisher " + publisher + " could not be registered");
    }
    Thread.sleep(METADATA_REFRESH.toMillis());
    List<String> arguments =
        List.of(
            "--metadata",
            metadata.toString(),
            "--http",
            platform.folder().ingestion().toString(),
            "--kafka",
            platform.folder().broker(),
            "--target",
            target,
            "--rate",
            String.valueOf(rate),
            "--duration",
            duration,
            "--publisher",
            publisher,
            "--trouble",
            "late=" + late.share(),
            "--late-up-to",
            late.upTo());
    this.run =
        CompletableFuture.supplyAsync(
            () -> new CommandLine(simulator).execute(arguments.toArray(String[]::new)));
  }

  /** The metadata files with one publisher more. */
  private Path withPublisher(Path files) throws IOException {
    Path folder = Files.createTempDirectory("clickledger-benchmark");
    try (DirectoryStream<Path> tables = Files.newDirectoryStream(files, "*.csv")) {
      for (Path table : tables) {
        Files.copy(table, folder.resolve(table.getFileName()));
      }
    }
    Files.writeString(
        folder.resolve(PUBLISHERS),
        publisher + ",Benchmark," + publisher + ".example,50.00\n",
        StandardOpenOption.APPEND);
    return folder;
  }

  /** Ends it before its time. */
  void stop() {
    simulator.stop();
  }

  boolean isRunning() {
    return !run.isDone();
  }

  /** Waits until all records are sent and answered. */
  void await() {
    int exit = run.join();
    if (exit != 0) {
      throw new IllegalStateException("the simulator ended with " + exit);
    }
  }

  /** What the clicks are on. */
  Catalogue catalogue() {
    return Catalogue.read(metadata);
  }
}
