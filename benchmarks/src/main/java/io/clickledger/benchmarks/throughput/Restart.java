package io.clickledger.benchmarks.throughput;

import io.clickledger.benchmarks.Machine;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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

  @Option(names = "--seed", defaultValue = "1", description = "Seed (${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--dir", description = "Folder of everything it makes (default: a new one).")
  private Optional<Path> dir = Optional.empty();

  @Option(names = "--keep", description = "Leaves the folder, so that its lake serves again.")
  private boolean keep;

  @Option(names = "--profile", description = "Records where the CPU time goes, and prints it.")
  private boolean profile;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark in place of spark-submit/conf/'s.")
  private Map<String, String> conf = new LinkedHashMap<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the driver that starts again.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--metadata",
      defaultValue = "sandbox/demo-metadata",
      description = "Folder of the metadata CSV files (${DEFAULT-VALUE}).")
  private Path metadata;

  private Path folder;

  public static void main(String[] args) {
    System.exit(new CommandLine(new Restart()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    folder =
        dir.isPresent()
            ? Files.createDirectories(dir.get().toAbsolutePath())
            : Files.createTempDirectory("clickledger-restart-");
    System.out.println("on " + Machine.describe());
    try {
      fill();
      for (int i = 0; i < restarts; i++) {
        restart(i > 0 && goOn);
      }
    } finally {
      if (!keep) {
        Parts.delete(folder);
      }
    }
    return 0;
  }

  /** Fills the lake where that is not done yet. */
  private void fill() throws Exception {
    Path marker = folder.resolve(FILLED_WITH);
    String filling = "%d by %d, seed %d".formatted(clicks, landing, seed);
    if (Files.exists(marker) && Files.readString(marker).equals(filling)) {
      return;
    }
    Files.deleteIfExists(marker);
    Parts.delete(topic());
    try (Parts parts = new Parts(folder, topic(), metadata)) {
      parts.emptyLake();
      Instant begun = Instant.now();
      try (Lake lake = new Lake(parts.catalog())) {
        new FilledWindow(lake, FullTopic.id(parts.broker()), Catalogue.read(metadata), seed)
            .fill(clicks, landing);
        System.out.printf(
            "filled in %.0f s: %s%n", Cost.seconds(begun, Instant.now()), lake.size());
      }
      parts.keepFullLake();
    }
    Files.writeString(marker, filling);
  }

  private void restart(boolean goesOn) throws Exception {
    Path used = folder.resolve("topic-in-use");
    if (!goesOn) {
      Parts.delete(used);
      Parts.copy(topic(), used);
    }
    try (Parts parts = new Parts(folder, used, metadata)) {
      if (!goesOn) {
        parts.fullLake();
      }
      new RestartRun(parts, RunFolder.make(folder.resolve("run-restart"), conf, profile))
          .measure(
              settings, profile, () -> new SteadyTraffic(parts.broker(), metadata, seed, rate));
    }
  }

  /** The topic as the filled lake knows it: nothing was sent to it. */
  private Path topic() {
    return folder.resolve("topic");
  }
}
