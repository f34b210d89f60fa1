package io.clickledger.benchmarks.throughput;

import io.clickledger.sandbox.driver.KafkaTopic;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import io.clickledger.sandbox.simulator.traffic.SimulatedClick;
import io.clickledger.sandbox.simulator.traffic.TrafficModel;
import io.clickledger.sandbox.simulator.traffic.Trouble;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Simulated clicks that come at a rate from when it is made until it is closed. */
final class SteadyTraffic implements AutoCloseable {
  private static final long PAUSE_MILLIS = 20;

  /** The clicks that fill the topic have other runs, so none of these is one of those again. */
  private static final long RUN = 1_000;

  private final TrafficModel model;
  private final String topic;
  private final int perSecond;
  private final KafkaProducer<String, byte[]> producer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final Instant begun = Instant.now();
  private final Thread thread = new Thread(this::send, "steady-traffic");
  private volatile boolean ended;
  private long sent;

  SteadyTraffic(KafkaTopic topic, Path metadata, long seed, int perSecond) {
    this.model =
        new TrafficModel(Catalogue.read(metadata), Trouble.USUAL, seed, RUN, Optional.empty());
    this.topic = topic.name();
    this.perSecond = perSecond;
    this.producer = topic.producer(Map.of(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"));
    thread.setDaemon(true);
    thread.start();
  }

  /** When the first click was sent. */
  Instant begun() {
    return begun;
  }

  private void send() {
    long from = System.nanoTime();
    while (!ended && failure.get() == null) {
      long due = Math.round((System.nanoTime() - from) / 1e9 * perSecond);
      for (; sent < due; sent++) {
        SimulatedClick click = model.next(Instant.now());
        producer.send(
            new ProducerRecord<>(
                topic, click.clickId(), click.json().getBytes(StandardCharsets.UTF_8)),
            (metadata, e) -> {
              if (e != null) {
                failure.compareAndSet(null, e);
              }
            });
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /**
   * Sends no more.
   *
   * @return how many clicks were sent
   */
  long end() throws InterruptedException {
    ended = true;
    thread.join();
    producer.flush();
    if (failure.get() != null) {
      throw new IllegalStateException("the broker did not take a record", failure.get());
    }
    return sent;
  }

  @Override
  public void close() {
    ended = true;
    producer.close();
  }
}
