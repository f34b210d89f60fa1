package io.clickledger.benchmarks;

import io.clickledger.sandbox.simulator.Catalogue;
import io.clickledger.sandbox.simulator.Oracle;
import io.clickledger.sandbox.simulator.Simulate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;

/** Simulated clicks on a publisher of their own, so that a report can tell them from all others. */
final class Traffic {
  final String publisher = "benchmark-" + System.currentTimeMillis();
  private final Simulate simulator = new Simulate();
  private final Path metadata;
  private final Path oracle;
  private final CompletableFuture<Integer> run;

  /** Starts sending. */
  Traffic(PlatformOptions platform, int rate, String duration, String target) throws IOException {
    this.metadata = platform.metadata;
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
