package io.clickledger.sandbox.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Straight to the topic, as a foreign producer would: idempotent, acknowledged by all. */
final class KafkaSender implements Sender {
  private final KafkaProducer<String, byte[]> producer;
  private final String topic;
  private final OracleFile oracle;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  KafkaSender(String bootstrapServers, String topic, OracleFile oracle) {
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    this.producer =
        new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    this.topic = topic;
    this.oracle = oracle;
  }

  @Override
  public void send(List<SimulatedClick> clicks) {
    for (SimulatedClick click : clicks) {
      long sentAt = Instant.now().toEpochMilli();
      byte[] value = click.json().getBytes(StandardCharsets.UTF_8);
      producer.send(
          new ProducerRecord<>(topic, click.clickId(), value),
          (metadata, e) -> {
            if (e != null) {
              failure.compareAndSet(null, e);
              return;
            }
            oracle.add(
                Answers.entry(
                    click,
                    OracleEntry.Target.KAFKA,
                    sentAt,
                    metadata.partition() + "@" + metadata.offset(),
                    0));
          });
    }
    refuseFailure();
  }

  @Override
  public void close() {
    producer.close();
    refuseFailure();
  }

  private void refuseFailure() {
    if (failure.get() != null) {
      throw new IllegalStateException("Kafka did not take a record", failure.get());
    }
  }
}
