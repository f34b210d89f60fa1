package io.clickledger.benchmarks.faults;

import io.clickledger.benchmarks.throughput.Parts;
import io.clickledger.lake.KafkaPosition;
import io.clickledger.sandbox.simulator.Catalogue;
import io.clickledger.sandbox.simulator.Oracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * One empty lake, one topic, clicks that arrive all the time, and what befalls the driver
 * meanwhile. In the end a driver catches up, and lake, topic and oracle must tell the same.
 */
final class FaultRun {
  static final int PARTITIONS = 4;

  private static final int CLICKS_PER_SECOND = 400;
  private static final int KILLED = 137;
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final Duration BOTH_LIMIT = Duration.ofSeconds(90);

  private final List<Fault> faults;
  private final Parts parts;
  private final Path folder;
  private final String topic;
  private final int clicks;
  private final Random random;
  private final Operator operator;
  private final List<String> differences = new ArrayList<>();
  private Fault current;
  private RunLake lake;

  /**
   * @param faults one after the other
   * @param clicks so many are sent at least
   */
  FaultRun(
      List<Fault> faults,
      Parts parts,
      Path folder,
      int clicks,
      long seed,
      Optional<String> seedBug) {
    this.faults = faults;
    this.parts = parts;
    this.folder = folder;
    // A folder that serves again has the topics of before.
    this.topic = "clicks-%s-%d".formatted(folder.getFileName(), System.currentTimeMillis());
    this.clicks = clicks;
    this.random = new Random(seed);
    this.operator = new Operator(parts, folder, topic, seedBug);
  }

  /**
   * What a run came to.
   *
   * @param drivers how many were started
   * @param differences what is not right
   */
  record Result(long records, int drivers, Duration took, List<String> differences) {
    boolean isRight() {
      return differences.isEmpty();
    }
  }

  Result play(Catalogue catalogue) throws Exception {
    Instant begun = Instant.now();
    parts.emptyLake();
    parts.kafka().createTopic(topic, PARTITIONS);
    lake = new RunLake(parts.catalog());
    try (operator;
        Sending sending =
            new Sending(
                parts.broker(), topic, catalogue, random.nextLong(), CLICKS_PER_SECOND, clicks)) {
      for (Fault fault : faults) {
        current = fault;
        fault.strike.on(this);
      }
      awaitTrue("send " + clicks + " clicks", () -> sending.sent() >= clicks);
      Oracle oracle = sending.stop();
      KafkaPosition ends = Topics.ends(parts.broker(), topic);
      awaitCaughtUp(ends);
      operator.close();
      differences.addAll(lake.differences(ends, oracle));
      return new Result(
          oracle.entries().size(),
          operator.starts(),
          Duration.between(begun, Instant.now()),
          List.copyOf(differences));
    } finally {
      lake.close();
    }
  }

  private void awaitCaughtUp(KafkaPosition ends) throws IOException {
    awaitTrue(
        "catch up",
        () -> {
          operator.keepRunning();
          pause(500);
          return ask(() -> lake.hasCaughtUp(ends));
        });
  }

  /** The catalog may be away: then nobody knows, and the connection is made anew. */
  private boolean ask(Check check) throws IOException {
    try {
      return check.isTrue();
    } catch (RuntimeException e) {
      lake.close();
      lake = new RunLake(parts.catalog());
      return false;
    }
  }

  /** A question whose answer may not be had. */
  @FunctionalInterface
  private interface Check {
    boolean isTrue() throws IOException;
  }

  private void awaitTrue(String what, Check check) throws IOException {
    awaitTrue(what, check, LIMIT);
  }

  private void awaitTrue(String what, Check check, Duration limit) throws IOException {
    Instant end = Instant.now().plus(limit);
    while (!check.isTrue()) {
      if (Instant.now().isAfter(end)) {
        differences.add("did not " + what + " within " + limit.toSeconds() + " s");
        return;
      }
      pause(50);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void pauseBetween(int least, int most) {
    pause(least + random.nextInt(most - least));
  }

  /** A driver that has begun to land. */
  private void startAndLand() throws IOException {
    Operator.Driver driver = operator.start();
    awaitTrue("start", () -> driver.isReady() || !driver.process().isAlive());
    Optional<Instant> before = lake.landedThrough();
    awaitTrue(
        "land",
        () -> !driver.process().isAlive() || ask(() -> !lake.landedThrough().equals(before)));
    pauseBetween(100, 4_000);
  }

  void killAtStep() throws IOException {
    operator.kill();
    int nth = 1 + random.nextInt(4);
    Operator.Driver driver =
        operator.start("-Dclickledger.halt-at=%s:%d".formatted(current.step(), nth));
    awaitTrue("reach " + current.step() + ":" + nth, () -> !driver.process().isAlive());
    if (driver.process().isAlive()) {
      operator.kill();
      return;
    }
    int status = driver.process().awaitEnd(Duration.ofSeconds(1));
    if (status != KILLED) {
      differences.add("the driver to be killed ended with status " + status);
    }
  }

  void killAnyTime() throws IOException {
    if (random.nextBoolean()) {
      startAndLand();
    } else {
      operator.start();
      pauseBetween(1_000, 12_000);
    }
    operator.kill();
  }

  void deleteCommitLogEntry() throws IOException {
    startAndLand();
    operator.kill();
    for (Path checkpoint : newestCheckpoints()) {
      try (Stream<Path> entries = Files.list(checkpoint.resolve("commits"))) {
        Optional<Path> last =
            entries
                .filter(entry -> entry.getFileName().toString().matches("\\d+"))
                .max(Comparator.comparing(entry -> Long.valueOf(entry.getFileName().toString())));
        if (last.isPresent()) {
          Files.delete(last.get());
        }
      }
    }
  }

  void deleteCheckpoints() throws IOException {
    startAndLand();
    operator.kill();
    Parts.delete(parts.checkpoints());
  }

  void deleteMetadata() throws IOException {
    startAndLand();
    // Half of the time under the driver's feet.
    if (random.nextBoolean()) {
      operator.kill();
    }
    for (Path checkpoint : newestCheckpoints()) {
      Files.deleteIfExists(checkpoint.resolve("metadata"));
    }
    pauseBetween(200, 2_000);
    operator.kill();
  }

  private List<Path> newestCheckpoints() throws IOException {
    List<Path> newest = new ArrayList<>();
    try (Stream<Path> queries = Files.list(parts.checkpoints())) {
      for (Path query : queries.toList()) {
        try (Stream<Path> checkpoints = Files.list(query)) {
          checkpoints.max(Comparator.comparing(Path::getFileName)).ifPresent(newest::add);
        }
      }
    }
    return newest;
  }

  void runTwoDrivers() throws IOException {
    startAndLand();
    Operator.Driver second = operator.start();
    awaitTrue("start a second driver", () -> operator.alive() < 2 || second.isReady());
    awaitTrue("stop one of two drivers", () -> operator.alive() < 2, BOTH_LIMIT);
    if (operator.alive() > 1) {
      operator.kill();
    }
  }

  void expireSnapshots() throws IOException {
    startAndLand();
    expireNowAndThen();
    operator.kill();
    ask(() -> lake.expire() > 0);
    startAndLand();
    expireNowAndThen();
  }

  private void expireNowAndThen() throws IOException {
    for (int i = 0; i < 4; i++) {
      lake.expire();
      pauseBetween(100, 1_500);
    }
  }

  void compactRaw() throws IOException {
    startAndLand();
    compactNowAndThen();
    operator.kill();
    lake.compact(random);
    startAndLand();
    compactNowAndThen();
  }

  private void compactNowAndThen() throws IOException {
    for (int i = 0; i < 4; i++) {
      lake.compact(random);
      pauseBetween(100, 1_500);
    }
  }

  void takeBrokerAway() throws IOException {
    startAndLand();
    parts.kafka().kill();
    pauseBetween(1_000, 8_000);
    parts.kafka().restart();
  }

  void takePostgresAway() throws IOException {
    startAndLand();
    if (random.nextBoolean()) {
      parts.postgres().stop();
    } else {
      parts.postgres().kill();
    }
    pauseBetween(1_000, 8_000);
    parts.postgres().start();
  }
}
