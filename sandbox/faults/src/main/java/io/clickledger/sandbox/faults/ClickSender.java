package io.clickledger.sandbox.faults;

import io.clickledger.sandbox.driver.KafkaTopic;
import io.clickledger.sandbox.simulator.oracle.Oracle;
import io.clickledger.sandbox.simulator.oracle.OracleEntry;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import io.clickledger.sandbox.simulator.traffic.SimulatedClick;
import io.clickledger.sandbox.simulator.traffic.Target;
import io.clickledger.sandbox.simulator.traffic.TrafficModel;
import io.clickledger.sandbox.simulator.traffic.Trouble;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Sends simulated clicks to a topic on demand. The producer retries while the broker is away, and
 * is idempotent.
 */
final class ClickSender implements AutoCloseable {
  /**
   * With as many retries as a bad network makes. Few are late: each of those makes a file in the
   * folder of another hour, for every start and comparison to read.
   */
  private static final Trouble TROUBLE =
      Trouble.USUAL.with("retries=0.1,malformed=0.02,late=0.002");

  private static final int PAUSE_MILLIS = 50;
  private static final int GIVE_UP_MILLIS = 600_000;

  private final Catalogue catalogue;
  private final TrafficModel model;
  private final String topic;
  private final int aPause;
  private final KafkaProducer<String, byte[]> producer;
  private final List<OracleEntry> entries = new ArrayList<>();
  private final List<Future<RecordMetadata>> answers = new ArrayList<>();
  private Thread thread;
  private volatile boolean paused = true;

  ClickSender(KafkaTopic topic, Catalogue catalogue, long seed, int perSecond) {
    this.catalogue = catalogue;
    this.model = new TrafficModel(catalogue, TROUBLE, seed, 0, Optional.empty());
    this.topic = topic.name();
    this.aPause = Math.max(1, perSecond * PAUSE_MILLIS / 1_000);
    this.producer =
        topic.producer(
            Map.of(
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                GIVE_UP_MILLIS,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                GIVE_UP_MILLIS));
  }

  /**
   * Sends until {@link #pause} is called.
   *
   * @param clicks number of clicks at full speed; afterwards only a few are sent, so that there is
   *     always another batch but never a long backlog
   */
  void resume(int clicks) {
    paused = false;
    int fastUntil = entries.size() + clicks;
    thread = new Thread(() -> send(fastUntil), "sending");
    thread.setDaemon(true);
    thread.start();
  }

  private void send(int fastUntil) {
    while (!paused) {
      for (int i = 0; i < (entries.size() < fastUntil ? aPause : 1); i++) {
        SimulatedClick click = model.next(Instant.now());
        entries.add(OracleEntry.of(click, Target.KAFKA, click.clickedAt().toEpochMilli(), "", 0));
        answers.add(
            producer.send(
                new ProducerRecord<>(
                    topic, click.clickId(), click.json().getBytes(StandardCharsets.UTF_8))));
      }
      Poll.pause(PAUSE_MILLIS);
    }
  }

  /**
   * Stops sending and returns the expected result of everything sent so far, once the broker has
   * acknowledged it.
   */
  Oracle pause() throws InterruptedException, ExecutionException {
    paused = true;
    thread.join();
    producer.flush();
    for (Future<RecordMetadata> answer : answers) {
      answer.get();
    }
    answers.clear();
    return new Oracle(entries, catalogue);
  }

  @Override
  public void close() {
    paused = true;
    producer.close(Duration.ZERO);
  }
}
