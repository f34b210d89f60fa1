package io.clickledger.benchmarks.faults;

import io.clickledger.benchmarks.throughput.Parts;
import io.clickledger.lake.KafkaPosition;
import io.clickledger.sandbox.simulator.Catalogue;
import io.clickledger.sandbox.simulator.Oracle;
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
 * One lake, one topic, and faults one after the other: whoever goes on after one is the driver that
 * the next one strikes. After each, no more is sent until the driver has caught up, and then lake,
 * topic and oracle must tell the same of all that was sent so far.
 */
final class FaultChain implements AutoCloseable {
  static final int PARTITIONS = 4;

  private static final int CLICKS_PER_SECOND = 400;

  /**
   * How often at most a driver comes by a step until it has caught up with what stands still: one
   * landing, and a count before and after it. No backlog of a fault is more than a batch may have.
   */
  private static final int CATCHING_UP = 2;

  /** A driver that halts at a step does so within as many batches of what arrives. */
  static final int HALTS_WITHIN = 3;

  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final Parts parts;
  private final String topic;
  private final int clicks;
  private final Random random;
  private final ChainLake lake;
  private final Operator operator;
  private final Sending sending;
  private int sent;

  /**
   * Begins with an empty lake and no driver.
   *
   * @param javaOptions of the drivers
   * @param clicks so many are sent at full speed while a fault strikes
   */
  FaultChain(
      Parts parts,
      Path folder,
      List<String> javaOptions,
      Catalogue catalogue,
      int clicks,
      long seed)
      throws IOException, SQLException {
    this.parts = parts;
    // A folder that serves again has the topics of before.
    this.topic = "clicks-%s-%d".formatted(folder.getFileName(), System.currentTimeMillis());
    this.clicks = clicks;
    this.random = new Random(seed);
    parts.emptyLake();
    parts.kafka().createTopic(topic, PARTITIONS);
    this.lake = new ChainLake(parts.catalog());
    this.operator = new Operator(parts, folder, topic, javaOptions);
    this.sending =
        new Sending(parts.broker(), topic, catalogue, random.nextLong(), CLICKS_PER_SECOND);
  }

  /**
   * What a fault came to.
   *
   * @param records how many were sent meanwhile
   * @param drivers how many were started
   * @param bugStruck whether a planted bug made a difference to one of them
   * @param differences what is not right
   */
  record Result(
      Fault fault,
      int records,
      int drivers,
      Duration took,
      boolean bugStruck,
      List<String> differences) {
    boolean isRight() {
      return differences.isEmpty();
    }
  }

  /**
   * Has the fault happen while clicks arrive, and compares.
   *
   * @param next which fault the driver that is left will meet
   */
  Result strike(Fault fault, Optional<Fault> next)
      throws IOException, InterruptedException, ExecutionException {
    Instant begun = Instant.now();
    int startsBefore = operator.starts();
    long bugsBefore = operator.struckByBug();

    sending.resume(clicks);
    List<String> differences =
        new ArrayList<>(new Strike(fault, parts, operator, lake, random).happen());
    // Some come while nobody lands.
    Waiting.pause(200 + random.nextInt(600));
    Oracle oracle = sending.pause();
    KafkaPosition ends = Topics.ends(parts.broker(), topic);
    if (!Waiting.until(LIMIT, () -> hasCaughtUp(ends, next))) {
      differences.add("did not catch up within " + LIMIT.toSeconds() + " s");
    }
    differences.addAll(lake.differences(ends, oracle));

    int sentBefore = sent;
    sent = oracle.entries().size();
    return new Result(
        fault,
        sent - sentBefore,
        operator.starts() - startsBefore,
        Duration.between(begun, Instant.now()),
        operator.struckByBug() > bugsBefore,
        List.copyOf(differences));
  }

  /** Has a driver land and count something, and then asks it to end. */
  void runWithoutFault() throws IOException, InterruptedException, ExecutionException {
    Operator.Driver driver = operator.start(Optional.empty());
    sending.resume(clicks);
    Waiting.pause(1_000);
    sending.pause();
    KafkaPosition ends = Topics.ends(parts.broker(), topic);
    if (!Waiting.until(LIMIT, () -> !driver.isAlive() || lake.hasCaughtUp(ends))
        || !driver.isAlive()) {
      throw new IllegalStateException("no driver runs: see " + driver.process().log());
    }
    driver.process().stop(LIMIT);
  }

  private boolean hasCaughtUp(KafkaPosition ends, Optional<Fault> next) throws IOException {
    if (operator.running().isEmpty()) {
      operator.start(
          next.filter(Fault::isAtStep)
              .map(Fault::step)
              .map(step -> new Halt(step, CATCHING_UP + 1 + random.nextInt(HALTS_WITHIN))));
    }
    return lake.hasCaughtUp(ends);
  }

  @Override
  public void close() throws IOException {
    try (lake;
        sending) {
      operator.kill();
    }
  }
}
