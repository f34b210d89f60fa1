package io.clickledger.benchmarks;

import io.clickledger.sandbox.simulator.Catalogue;
import io.clickledger.sandbox.simulator.Oracle;
import io.clickledger.sandbox.simulator.Simulate;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;

/** Simulated clicks on a publisher of their own, so that a report can tell them from all others. */
final class Traffic {
  /** Drivers read the metadata again at most this often, so that long after they know of it. */
  private static final Duration METADATA_REFRESH = Duration.ofSeconds(35);

  final String publisher = "benchmark-" + System.currentTimeMillis();
  private static final String PUBLISHERS = "publishers.csv";

  private final Simulate simulator = new Simulate();
  private final Path metadata;
  private final Path oracle;
  private final CompletableFuture<Integer> run;

  /** Registers the publisher, for clicks of an unknown one would all be invalid; starts sending. */
  Traffic(PlatformOptions platform, int rate, String duration, String target)
      throws IOException, InterruptedException {
    this.metadata = withPublisher(platform.metadata);
    Process registration =
        new ProcessBuilder(
                "./clickledger",
                "metadata",
                "import",
                metadata.resolve(PUBLISHERS).toString(),
                "--data-dir",
                platform.data.toString())
            .inheritIO()
            .start();
    if (registration.waitFor() != 0) {
      throw new IllegalStateException("publisher " + publisher + " could not be registered");
    }
    Thread.sleep(METADATA_REFRESH.toMillis());
    this.oracle = Files.createTempFile("clickledger-benchmark", ".oracle");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--metadata",
                metadata.toString(),
                "--http",
                platform.http.toString(),
                "--kafka",
                platform.kafka,
                "--target",
                target,
                "--rate",
                String.valueOf(rate),
                "--duration",
                duration,
                "--publisher",
                publisher,
                // A late click before the seam waits for the next night: no report counts it now.
                "--trouble",
                "late=0",
                "--oracle",
                oracle.toString()));
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

  /** What must come of the clicks; waits until all are sent. */
  Oracle oracle() {
    int exit = run.join();
    if (exit != 0) {
      throw new IllegalStateException("the simulator ended with " + exit);
    }
    return Oracle.read(Catalogue.read(metadata), oracle);
  }
}
