package io.clickledger.sandbox.faults;

import io.clickledger.lake.commit.KafkaPosition;
import io.clickledger.sandbox.driver.DriverParts;
import io.clickledger.sandbox.driver.KafkaTopic;
import io.clickledger.sandbox.simulator.oracle.Oracle;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;

/**
 * One lake, one topic, and faults one after the other: the driver that continues after one fault
 * gets the next one. After each fault nothing is sent until the driver has caught up; then lake,
 * topic and oracle must agree on everything that was sent so far.
 */
final class FaultChain implements AutoCloseable {
  private static final int CLICKS_PER_SECOND = 400;

  /**
   * Maximum number of times that a driver reaches a step while it catches up after sending has
   * stopped: one landing, and one count before and after it. The backlog of a fault always fits in
   * one batch.
   */
  private static final int MAX_BATCHES_TO_CATCH_UP = 2;

  /** A driver that halts at a step does so within as many batches of what arrives. */
  static final int MAX_BATCHES_TO_HALT = 3;

  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final DriverParts parts;
  private final KafkaTopic topic;
  private final int clicks;
  private final Random random;
  private final ChainLake lake;
  private final Operator operator;
  private final ClickSender sender;
  private int sent;

  /**
   * Begins with an empty lake and no driver.
   *
   * @param javaOptions of the drivers
   * @param clicks how many are sent at full speed during a fault
   */
  FaultChain(
      DriverParts parts,
      Path folder,
      List<String> javaOptions,
      Catalogue catalogue,
      int clicks,
      long seed)
      throws IOException, SQLException {
    this.parts = parts;
    // A folder that serves again has the topics of before.
    this.topic =
        new KafkaTopic(
            parts.broker(),
            "clicks-%s-%d".formatted(folder.getFileName(), System.currentTimeMillis()));
    this.clicks = clicks;
    this.random = new Random(seed);
    parts.emptyLake();
    parts.kafka().createTopic(topic.name(), DriverParts.PARTITIONS);
    this.lake = new ChainLake(parts.catalog());
    this.operator = new Operator(parts, folder, topic.name(), javaOptions);
    this.sender = new ClickSender(topic, catalogue, random.nextLong(), CLICKS_PER_SECOND);
  }

  /**
   * What a fault came to.
   *
   * @param records how many were sent meanwhile
   * @param drivers how many were started
   * @param bugTookEffect whether a planted bug took effect in one of them
   * @param differences what is not right
   */
  record Result(
      Fault fault,
      int records,
      int drivers,
      Duration took,
      boolean bugTookEffect,
      List<String> differences) {
    boolean isRight() {
      return differences.isEmpty();
    }
  }

  /**
   * Injects the fault while clicks arrive, and compares the result with the oracle.
   *
   * @param next the next fault of the driver that is left
   */
  Result runFault(Fault fault, Optional<Fault> next)
      throws IOException, InterruptedException, ExecutionException {
    Instant begun = Instant.now();
    int startsBefore = operator.starts();
    long bugsBefore = operator.affectedByBug();

    sender.resume(clicks);
    List<String> differences =
        new ArrayList<>(new FaultInjector(fault, parts, operator, lake, random).inject());
    // Some clicks arrive while no driver runs.
    Poll.pause(200 + random.nextInt(600));
    Oracle oracle = sender.pause();
    KafkaPosition ends = KafkaPosition.of(topic.ends());
    if (!Poll.until(TIMEOUT, () -> hasCaughtUp(ends, next))) {
      differences.add("did not catch up within " + TIMEOUT.toSeconds() + " s");
    }
    differences.addAll(lake.differences(ends, oracle));

    int sentBefore = sent;
    sent = oracle.entries().size();
    return new Result(
        fault,
        sent - sentBefore,
        operator.starts() - startsBefore,
        Duration.between(begun, Instant.now()),
        operator.affectedByBug() > bugsBefore,
        List.copyOf(differences));
  }

  /** Runs a driver until it has landed and counted something, and then stops it. */
  void runWithoutFault() throws IOException, InterruptedException, ExecutionException {
    Operator.Driver driver = operator.start(Optional.empty());
    sender.resume(clicks);
    Poll.pause(1_000);
    sender.pause();
    KafkaPosition ends = KafkaPosition.of(topic.ends());
    if (!Poll.until(TIMEOUT, () -> !driver.isAlive() || lake.hasCaughtUp(ends))
        || !driver.isAlive()) {
      throw new IllegalStateException("no driver runs: see " + driver.process().log());
    }
    driver.process().stop(TIMEOUT);
  }

  private boolean hasCaughtUp(KafkaPosition ends, Optional<Fault> next) throws IOException {
    if (operator.running().isEmpty()) {
      operator.start(
          next.filter(Fault::isAtStep)
              .map(Fault::step)
              .map(
                  step ->
                      new HaltPoint(
                          step,
                          MAX_BATCHES_TO_CATCH_UP + 1 + random.nextInt(MAX_BATCHES_TO_HALT))));
    }
    return lake.hasCaughtUp(ends);
  }

  @Override
  public void close() throws IOException {
    try (lake;
        sender) {
      operator.kill();
    }
  }
}
