package io.clickledger.benchmarks.throughput;

import io.clickledger.benchmarks.driver.RunOptions;
import io.clickledger.sandbox.driver.DriverParts;
import io.clickledger.sandbox.parts.process.Folders;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How long live stands still while the streaming driver starts again under traffic, with so many
 * clicks in the deduplication window, and what the time goes to.
 */
@Command(
    name = "restart",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures how long live stands still while the streaming driver starts again.")
public final class Restart implements Callable<Integer> {
  private static final String FILLED_WITH = "full-lake-has";

  @Option(
      names = "--clicks",
      defaultValue = "2000000",
      description = "Records of the window (${DEFAULT-VALUE}; an hour at 5,000/s has 18000000).")
  private int clicks;

  @Option(
      names = "--rate",
      defaultValue = "5000",
      description = "Records a second while the driver starts (${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--landing",
      defaultValue = "15000",
      description = "Records of a landing of the window (${DEFAULT-VALUE}).")
  private int landing;

  @Option(
      names = "--restarts",
      defaultValue = "1",
      description = "How often, each time on the same lake (${DEFAULT-VALUE}).")
  private int restarts;

  @Option(
      names = "--go-on",
      description = "Each start but the first goes on where the driver before it stopped.")
  private boolean goOn;

  @Mixin private RunOptions options;

  public static void main(String[] args) {
    System.exit(new CommandLine(new Restart()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    options.inFolder(
        "restart",
        folder -> {
          fill(folder);
          for (int i = 0; i < restarts; i++) {
            restart(folder, i > 0 && goOn);
          }
        });
    return 0;
  }

  /** Fills the lake where that is not done yet. */
  private void fill(Path folder) throws Exception {
    Path marker = folder.resolve(FILLED_WITH);
    String filling = "%d by %d, seed %d".formatted(clicks, landing, options.seed());
    if (Files.exists(marker) && Files.readString(marker).equals(filling)) {
      return;
    }
    Files.deleteIfExists(marker);
    Path topic = topic(folder);
    Folders.delete(topic);
    try (DriverParts parts = new DriverParts(folder, topic, options.metadata())) {
      parts.emptyLake();
      Instant begun = Instant.now();
      try (Lake lake = new Lake(parts.catalog())) {
        new FilledWindow(
                lake, parts.topic().id(), Catalogue.read(options.metadata()), options.seed())
            .fill(clicks, landing);
        System.out.printf(
            "filled in %.0f s: %s%n", Cost.seconds(begun, Instant.now()), lake.size());
      }
      parts.keepFullLake();
    }
    Files.writeString(marker, filling);
  }

  private void restart(Path folder, boolean goesOn) throws Exception {
    Path used = folder.resolve("topic-in-use");
    if (!goesOn) {
      Folders.delete(used);
      DriverParts.copy(topic(folder), used);
    }
    try (DriverParts parts = new DriverParts(folder, used, options.metadata())) {
      if (!goesOn) {
        parts.fullLake();
      }
      new RestartRun(parts, options.driver(folder.resolve("run-restart")))
          .measure(
              options,
              () -> new SteadyTraffic(parts.topic(), options.metadata(), options.seed(), rate));
    }
  }

  /** The topic as the filled lake knows it: nothing was sent to it. */
  private static Path topic(Path folder) {
    return folder.resolve("topic");
  }
}
