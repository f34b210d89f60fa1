package io.clickledger.benchmarks.faults;

import io.clickledger.benchmarks.throughput.Parts;
import io.clickledger.benchmarks.throughput.RunFolder;
import io.clickledger.sandbox.parts.OwnProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs drivers of production as whoever operates them would: one that ended is started again. */
final class Operator implements AutoCloseable {
  /** Quick to start rather than fast. */
  private static final String JAVA_OPTIONS =
      "-XX:+UseSerialGC -XX:MaxMetaspaceSize=256m -XX:TieredStopAtLevel=1";

  private static final Map<String, String> SETTINGS =
      Map.of(
          "streaming.land-trigger", "300ms",
          "streaming.count-trigger", "300ms",
          "streaming.max-offsets-per-batch", "500",
          "streaming.metadata-refresh", "2s");

  private final Parts parts;
  private final Path folder;
  private final String topic;
  private final Optional<String> seedBug;
  private final List<OwnProcess> started = new ArrayList<>();

  Operator(Parts parts, Path folder, String topic, Optional<String> seedBug) {
    this.parts = parts;
    this.folder = folder;
    this.topic = topic;
    this.seedBug = seedBug;
  }

  /** A driver and the file that says that it runs. */
  record Driver(OwnProcess process, Path ready) {
    boolean isReady() {
      return Files.exists(ready);
    }
  }

  Driver start(String... javaOptions) throws IOException {
    List<String> options = new ArrayList<>(List.of(JAVA_OPTIONS));
    options.addAll(List.of(javaOptions));
    seedBug.ifPresent(bug -> options.add("-Dclickledger.seed-bug=" + bug));
    RunFolder run =
        RunFolder.make(
            folder.resolve("driver-" + started.size()),
            Map.of("spark.driver.extraJavaOptions", String.join(" ", options)),
            false);
    Map<String, String> settings = new LinkedHashMap<>(SETTINGS);
    settings.put("kafka.click-topic", topic);
    Path ready = run.milestone("ready");
    Path given = run.path().resolve("streaming.properties");
    Files.copy(parts.streamingSettings(ready, settings), given);
    OwnProcess process =
        parts
            .script("stream-clicks", "--settings", given.toString())
            .environment("CLICKLEDGER_CONF", run.path().toString())
            .log(run.log())
            .start();
    started.add(process);
    return new Driver(process, ready);
  }

  /** How many drivers it took so far. */
  int starts() {
    return started.size();
  }

  long alive() {
    return started.stream().filter(OwnProcess::isAlive).count();
  }

  /** Starts a driver where none runs. */
  void keepRunning() throws IOException {
    if (alive() == 0) {
      start();
    }
  }

  /** SIGKILL for all that run. */
  void kill() {
    started.forEach(OwnProcess::kill);
  }

  @Override
  public void close() {
    started.stream()
        .filter(OwnProcess::isAlive)
        .forEach(driver -> driver.stop(Duration.ofSeconds(5)));
  }
}
