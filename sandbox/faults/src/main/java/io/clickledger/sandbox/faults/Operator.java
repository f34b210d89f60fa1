package io.clickledger.sandbox.faults;

import io.clickledger.sandbox.driver.DriverFolder;
import io.clickledger.sandbox.driver.DriverParts;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts and kills production drivers on one lake and one topic. */
final class Operator {
  /** Quick to start rather than fast. */
  private static final String JAVA_OPTIONS =
      "-Xms512m -XX:+UseSerialGC -XX:MaxMetaspaceSize=256m -XX:TieredStopAtLevel=1";

  private static final Map<String, String> SETTINGS =
      Map.of(
          "streaming.land-trigger", "500ms",
          "streaming.count-trigger", "500ms",
          // Slices of the histories end every minute, so that drivers start from copies of some.
          "streaming.dedup-window", "6m",
          "streaming.metadata-refresh", "2s");

  private final DriverParts parts;
  private final Path folder;
  private final String topic;
  private final List<String> javaOptions;
  private final List<Driver> started = new ArrayList<>();

  /**
   * @param javaOptions of every driver
   */
  Operator(DriverParts parts, Path folder, String topic, List<String> javaOptions) {
    this.parts = parts;
    this.folder = folder;
    this.topic = topic;
    this.javaOptions = List.copyOf(javaOptions);
  }

  /**
   * A driver.
   *
   * @param ready the file that says that it runs
   * @param halt where it ends by itself
   */
  record Driver(ManagedProcess process, Path ready, Optional<HaltPoint> halt) {
    boolean isAlive() {
      return process.isAlive();
    }

    boolean isReady() {
      return Files.exists(ready);
    }

    boolean haltsAt(String step) {
      return halt.filter(at -> at.step().equals(step)).isPresent();
    }

    /** Whether its log contains the text. */
    boolean says(String text) {
      try {
        return Files.readString(process.log()).contains(text);
      } catch (IOException e) {
        throw new UncheckedIOException("reading the log of " + process, e);
      }
    }
  }

  Driver start(Optional<HaltPoint> halt) throws IOException {
    return start(halt, List.of());
  }

  /** A driver that starts although another one runs. */
  Driver startWithoutLocks() throws IOException {
    return start(Optional.empty(), List.of(PlantedBug.NO_LOCKS.javaOption()));
  }

  private Driver start(Optional<HaltPoint> halt, List<String> moreOptions) throws IOException {
    List<String> options = new ArrayList<>(List.of(JAVA_OPTIONS));
    options.addAll(javaOptions);
    options.addAll(moreOptions);
    if (options.stream().anyMatch(option -> option.startsWith("-javaagent"))) {
      // Java 17 crashes where an agent changes classes of an archive.
      options.removeIf(option -> option.startsWith("-XX:SharedArchiveFile"));
    }
    halt.map(HaltPoint::option).ifPresent(options::add);
    DriverFolder run =
        DriverFolder.make(
            folder.resolve("driver-" + started.size()),
            Map.of("spark.driver.extraJavaOptions", String.join(" ", options)));
    Map<String, String> settings = new LinkedHashMap<>(SETTINGS);
    settings.put("kafka.click-topic", topic);
    Driver driver = new Driver(parts.startDriver(run, settings), run.ready(), halt);
    started.add(driver);
    return driver;
  }

  /** How many drivers were started so far. */
  int starts() {
    return started.size();
  }

  List<Driver> running() {
    return started.stream().filter(Driver::isAlive).toList();
  }

  /** In how many drivers a planted bug took effect so far. */
  long affectedByBug() {
    return started.stream().filter(driver -> driver.says(PlantedBug.EFFECT)).count();
  }

  /** SIGKILL for all that run. */
  void kill() {
    running().forEach(driver -> driver.process().kill());
  }
}
