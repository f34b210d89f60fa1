package io.clickledger.sandbox.faults;

import io.clickledger.lake.commit.PositionConflictException;
import io.clickledger.sandbox.driver.DriverParts;
import io.clickledger.sandbox.parts.process.Folders;
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
 * Injects one fault into a driver while it lands and counts. A fault that did not have its intended
 * effect is reported as a remark, because it proves nothing.
 */
final class FaultInjector {
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  private final Fault fault;
  private final DriverParts parts;
  private final Operator operator;
  private final ChainLake lake;
  private final Random random;
  private final List<String> remarks = new ArrayList<>();

  FaultInjector(Fault fault, DriverParts parts, Operator operator, ChainLake lake, Random random) {
    this.fault = fault;
    this.parts = parts;
    this.operator = operator;
    this.lake = lake;
    this.random = random;
  }

  /** Injects the fault and returns remarks on what did not happen. */
  List<String> inject() throws IOException {
    fault.action.on(this);
    return remarks;
  }

  private void await(String what, Poll.Question question) throws IOException {
    if (!Poll.until(TIMEOUT, question)) {
      remarks.add("did not %s within %d s".formatted(what, TIMEOUT.toSeconds()));
    }
  }

  private void expect(String what, boolean isTrue) {
    if (!isTrue) {
      remarks.add(what);
    }
  }

  private void pauseBetween(int min, int max) {
    Poll.pause(min + random.nextInt(max - min));
  }

  /** A driver that lands and counts what arrives now, at a random moment of it. */
  private Operator.Driver awaitBusyDriver() throws IOException {
    Operator.Driver driver =
        operator.running().isEmpty() ? operator.start(Optional.empty()) : operator.running().get(0);
    await("start", () -> driver.isReady() || !driver.isAlive());
    Optional<Instant> landed = lake.landedThrough();
    Optional<Instant> counted = lake.countedThrough();
    await(
        "land and count",
        () ->
            !driver.isAlive()
                || !lake.landedThrough().equals(landed) && !lake.countedThrough().equals(counted));
    pauseBetween(100, 1_500);
    expect("the driver had ended before anything befell it", driver.isAlive());
    return driver;
  }

  void killAtStep() throws IOException {
    Operator.Driver driver = driverThatHalts();
    await("reach " + fault.step(), () -> !driver.isAlive());
    if (driver.isAlive()) {
      operator.kill();
      return;
    }
    int status = driver.process().awaitEnd(Duration.ofSeconds(1));
    expect("the driver to be killed ended with status " + status, status == HaltPoint.STATUS);
  }

  /** The one that the fault before has left, or else a new one. */
  private Operator.Driver driverThatHalts() throws IOException {
    Optional<Operator.Driver> armed =
        operator.running().stream().filter(driver -> driver.haltsAt(fault.step())).findFirst();
    if (armed.isPresent()) {
      return armed.get();
    }
    operator.kill();
    int nth = 1 + random.nextInt(FaultChain.MAX_BATCHES_TO_HALT);
    return operator.start(Optional.of(new HaltPoint(fault.step(), nth)));
  }

  void killAnyTime() throws IOException {
    awaitBusyDriver();
    operator.kill();
    if (random.nextBoolean()) {
      Operator.Driver starting = operator.start(Optional.empty());
      pauseBetween(1_000, 8_000);
      expect("the driver had ended before it was killed", starting.isAlive());
      operator.kill();
    }
  }

  void deleteCommitLogEntry() throws IOException {
    awaitBusyDriver();
    await("note a batch of each query", () -> lastCommitLogEntries().size() == 2);
    operator.kill();
    for (Path entry : lastCommitLogEntries()) {
      Files.delete(entry);
    }
  }

  private List<Path> lastCommitLogEntries() throws IOException {
    List<Path> last = new ArrayList<>();
    for (Path checkpoint : newestCheckpoints()) {
      Path commits = checkpoint.resolve("commits");
      if (Files.exists(commits)) {
        try (Stream<Path> entries = Files.list(commits)) {
          entries
              .filter(entry -> entry.getFileName().toString().matches("\\d+"))
              .max(Comparator.comparing(entry -> Long.valueOf(entry.getFileName().toString())))
              .ifPresent(last::add);
        }
      }
    }
    return last;
  }

  void deleteCheckpoints() throws IOException {
    awaitBusyDriver();
    operator.kill();
    expect("there were no two checkpoints to delete", newestCheckpoints().size() == 2);
    Folders.delete(parts.checkpoints());
  }

  void deleteMetadata() throws IOException {
    awaitBusyDriver();
    boolean underItsFeet = random.nextBoolean();
    if (!underItsFeet) {
      operator.kill();
    }
    int deleted = 0;
    for (Path checkpoint : newestCheckpoints()) {
      deleted += Files.deleteIfExists(checkpoint.resolve("metadata")) ? 1 : 0;
    }
    expect("of two metadata files %d were there to delete".formatted(deleted), deleted == 2);
    if (underItsFeet) {
      pauseBetween(200, 2_000);
      operator.kill();
    }
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
    Operator.Driver first = awaitBusyDriver();
    Operator.Driver second = operator.startWithoutLocks();
    // Where neither is refused by a planted bug, what one of them has added twice is in.
    await(
        "stop one of two drivers",
        () -> operator.running().size() < 2 || operator.affectedByBug() == 2);
    if (operator.running().size() > 1) {
      remarks.add("two drivers commit side by side");
      return;
    }
    Operator.Driver loser = first.isAlive() ? second : first;
    expect(
        "neither driver was refused a commit",
        loser.says(PositionConflictException.class.getSimpleName()));
  }

  void expireSnapshots() throws IOException {
    awaitBusyDriver();
    expireNowAndThen();
    operator.kill();
    lake.expire();
    awaitBusyDriver();
    expireNowAndThen();
  }

  private void expireNowAndThen() throws IOException {
    nowAndThen("no snapshot was there to expire", lake::expire);
  }

  void compactRaw() throws IOException {
    awaitBusyDriver();
    compactNowAndThen();
    operator.kill();
    lake.compact(random);
    awaitBusyDriver();
    compactNowAndThen();
  }

  private void compactNowAndThen() throws IOException {
    nowAndThen("no file was there to compact", () -> lake.compact(random));
  }

  /** Upkeep that finds nothing to do is no fault. */
  private void nowAndThen(String nothing, Upkeep upkeep) throws IOException {
    int done = 0;
    for (int i = 0; i < 4; i++) {
      done += upkeep.run();
      pauseBetween(100, 800);
    }
    expect(nothing, done > 0);
  }

  /** Tells how much it did. */
  @FunctionalInterface
  private interface Upkeep {
    int run() throws IOException;
  }

  void takeBrokerAway() throws IOException {
    awaitBusyDriver();
    parts.kafka().kill();
    pauseBetween(1_000, 5_000);
    parts.kafka().restart();
  }

  void takePostgresAway() throws IOException {
    awaitBusyDriver();
    if (random.nextBoolean()) {
      parts.postgres().stop();
    } else {
      parts.postgres().kill();
    }
    pauseBetween(1_000, 5_000);
    parts.postgres().start();
  }
}
