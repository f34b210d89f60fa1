package io.clickledger.streaming.replay;

import io.clickledger.rules.TopicSetting;
import io.clickledger.streaming.StreamingSettings;
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
 * Judges the rejected rows of one Spark partition, produces those that are to be, and ends when the
 * broker has acknowledged all of them. Run twice it produces twice, under the same click_ids.
 */
final class Replaying implements FlatMapFunction<Iterator<Row>, Tally> {
  private static final long serialVersionUID = 1L;

  /** Header of a produced record: partition:offset of the rejected one. */
  static final String REPLAY_OF = "replay-of";

  private final Judge judge;
  private final Delivery delivery;
  private final String bootstrapServers;
  private final String topic;
  private final long timeoutMillis;

  Replaying(Judge judge, Delivery delivery, StreamingSettings.Kafka kafka) {
    this.judge = judge;
    this.delivery = delivery;
    this.bootstrapServers = kafka.bootstrapServers();
    this.topic = kafka.clickTopic();
    this.timeoutMillis = kafka.timeout().toMillis();
  }

  @Override
  public Iterator<Tally> call(Iterator<Row> rows) {
    if (delivery == Delivery.NOTHING || !rows.hasNext()) {
      return List.of(judge(rows)).iterator();
    }
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(properties(), new StringSerializer(), new ByteArraySerializer())) {
      return List.of(produce(rows, producer)).iterator();
    }
  }

  private Tally judge(Iterator<Row> rows) {
    Tally tally = new Tally();
    while (rows.hasNext()) {
      RejectedRecord record = RejectedRecord.of(rows.next());
      tally.count(judge.judge(record), record.at(), 0);
    }
    return tally;
  }

  private Tally produce(Iterator<Row> rows, KafkaProducer<String, byte[]> producer) {
    Tally tally = new Tally();
    AtomicReference<IllegalStateException> refused = new AtomicReference<>();
    while (rows.hasNext() && refused.get() == null) {
      RejectedRecord record = RejectedRecord.of(rows.next());
      Judge.Judged judged = judge.judge(record);
      boolean wanted =
          judged.outcome().kind() == Outcome.Kind.LANDED
              || delivery == Delivery.WHAT_HAS_A_CLICK_ID;
      if (wanted && judged.again().isPresent()) {
        producer.send(
            produced(judged.again().get(), record.at()),
            (at, failure) -> {
              if (failure != null) {
                refused.compareAndSet(null, refusal(record.at(), failure));
              }
            });
        tally.count(judged, record.at(), 1);
      } else {
        tally.count(judged, record.at(), 0);
      }
    }
    producer.flush();
    if (refused.get() != null) {
      throw refused.get();
    }
    return tally;
  }

  private ProducerRecord<String, byte[]> produced(Judge.Again again, Coordinates of) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            topic, null, again.timestamp().toEpochMilli(), again.clickId(), again.value());
    record.headers().add(REPLAY_OF, of.toString().getBytes(StandardCharsets.UTF_8));
    return record;
  }

  private static IllegalStateException refusal(Coordinates of, Exception failure) {
    return new IllegalStateException(
        "the replay of %s was not acknowledged: %s. Run it again: what was produced already counts once"
            .formatted(of, failure.getMessage()),
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
