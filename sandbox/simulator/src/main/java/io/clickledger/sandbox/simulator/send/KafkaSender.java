package io.clickledger.sandbox.simulator.send;

import io.clickledger.sandbox.simulator.oracle.OracleEntry;
import io.clickledger.sandbox.simulator.traffic.SimulatedClick;
import io.clickledger.sandbox.simulator.traffic.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Straight to the topic, as a foreign producer would: idempotent, acknowledged by all. What the
 * broker did not acknowledge is sent again for some minutes.
 */
final class KafkaSender implements Sender {
  private static final Duration TIMEOUT = Duration.ofMinutes(3);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

  private final KafkaProducer<String, byte[]> producer;
  private final String topic;
  private final Consumer<OracleEntry> oracle;
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final ExecutorService again = Executors.newSingleThreadExecutor();
  private final AtomicLong unanswered = new AtomicLong();

  KafkaSender(String bootstrapServers, String topic, Consumer<OracleEntry> oracle) {
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    properties.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    this.producer =
        new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    this.topic = topic;
    this.oracle = oracle;
  }

  @Override
  public void send(List<SimulatedClick> clicks) {
    refuseFailure();
    for (SimulatedClick click : clicks) {
      unanswered.incrementAndGet();
      attempt(click, Instant.now().toEpochMilli(), 0);
    }
  }

  private void attempt(SimulatedClick click, long sentAt, int unknown) {
    byte[] value = click.json().getBytes(StandardCharsets.UTF_8);
    producer.send(
        new ProducerRecord<>(topic, click.clickId(), value),
        (metadata, e) -> {
          if (e == null) {
            note(click, sentAt, metadata.partition() + "@" + metadata.offset(), unknown);
          } else if (Instant.now().toEpochMilli() - sentAt < TIMEOUT.toMillis()) {
            // Not here: this thread is the one that sends.
            again.execute(() -> attempt(click, sentAt, unknown + 1));
          } else {
            failure.compareAndSet(null, e);
            note(click, sentAt, OracleEntry.NONE, unknown + 1);
          }
        });
  }

  private void note(SimulatedClick click, long sentAt, String answer, int unknown) {
    oracle.accept(OracleEntry.of(click, Target.KAFKA, sentAt, answer, unknown));
    unanswered.decrementAndGet();
  }

  @Override
  public void close() {
    while (unanswered.get() > 0) {
      producer.flush();
      LockSupport.parkNanos(POLL_INTERVAL.toNanos());
    }
    again.shutdown();
    producer.close();
    refuseFailure();
  }

  private void refuseFailure() {
    if (failure.get() != null) {
      throw new IllegalStateException("Kafka did not take a record", failure.get());
    }
  }
}
