package io.clickledger.streaming.replay;

import io.clickledger.rules.contract.TopicSetting;
import io.clickledger.streaming.StreamingSettings;
import io.clickledger.streaming.replay.decision.Coordinates;
import io.clickledger.streaming.replay.decision.Outcome;
import io.clickledger.streaming.replay.decision.RejectedRecord;
import io.clickledger.streaming.replay.decision.ReplayDecider;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * The task of a replay: validates the rejected rows of one Spark partition, produces the selected
 * ones, and ends when the broker has acknowledged all of them. A second run produces them again,
 * under the same click_ids.
 */
final class ReplayTask implements FlatMapFunction<Iterator<Row>, OutcomeCounts> {
  private static final long serialVersionUID = 1L;

  /** Header of a produced record: partition:offset of the rejected one. */
  static final String REPLAY_OF = "replay-of";

  private final ReplayDecider decider;
  private final Delivery delivery;
  private final String bootstrapServers;
  private final String topic;
  private final long timeoutMillis;

  ReplayTask(ReplayDecider decider, Delivery delivery, StreamingSettings.Kafka kafka) {
    this.decider = decider;
    this.delivery = delivery;
    this.bootstrapServers = kafka.bootstrapServers();
    this.topic = kafka.clickTopic();
    this.timeoutMillis = kafka.timeout().toMillis();
  }

  @Override
  public Iterator<OutcomeCounts> call(Iterator<Row> rows) {
    if (delivery == Delivery.NOTHING || !rows.hasNext()) {
      return List.of(preview(rows)).iterator();
    }
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(properties(), new StringSerializer(), new ByteArraySerializer())) {
      return List.of(produce(rows, producer)).iterator();
    }
  }

  private OutcomeCounts preview(Iterator<Row> rows) {
    OutcomeCounts counts = new OutcomeCounts();
    while (rows.hasNext()) {
      RejectedRecord record = RejectedRecord.of(rows.next());
      counts.count(decider.decide(record), record.at(), 0);
    }
    return counts;
  }

  private OutcomeCounts produce(Iterator<Row> rows, KafkaProducer<String, byte[]> producer) {
    OutcomeCounts counts = new OutcomeCounts();
    AtomicReference<IllegalStateException> refused = new AtomicReference<>();
    while (rows.hasNext() && refused.get() == null) {
      RejectedRecord record = RejectedRecord.of(rows.next());
      ReplayDecider.Decision decision = decider.decide(record);
      boolean wanted =
          decision.outcome().kind() == Outcome.Kind.LANDED
              || delivery == Delivery.WHAT_HAS_A_CLICK_ID;
      if (wanted && decision.replayRecord().isPresent()) {
        producer.send(
            produced(decision.replayRecord().get(), record.at()),
            (at, failure) -> {
              if (failure != null) {
                refused.compareAndSet(null, refusal(record.at(), failure));
              }
            });
        counts.count(decision, record.at(), 1);
      } else {
        counts.count(decision, record.at(), 0);
      }
    }
    producer.flush();
    if (refused.get() != null) {
      throw refused.get();
    }
    return counts;
  }

  private ProducerRecord<String, byte[]> produced(
      ReplayDecider.ReplayRecord replayRecord, Coordinates rejected) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            topic,
            null,
            replayRecord.timestamp().toEpochMilli(),
            replayRecord.clickId(),
            replayRecord.value());
    record.headers().add(REPLAY_OF, rejected.toString().getBytes(StandardCharsets.UTF_8));
    return record;
  }

  private static IllegalStateException refusal(Coordinates rejected, Exception failure) {
    return new IllegalStateException(
        "the replay of %s was not acknowledged: %s. Run it again: what was produced already counts once"
            .formatted(rejected, failure.getMessage()),
        failure);
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(ProducerConfig.CLIENT_ID_CONFIG, "clickledger-replay-rejected");
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    // As the topic stores it.
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, TopicSetting.COMPRESSION_TYPE.value());
    properties.put(ProducerConfig.LINGER_MS_CONFIG, "20");
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.toString(timeoutMillis));
    return properties;
  }
}
