package io.clickledger.batch.audit;

import io.clickledger.batch.JobFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What the broker has at offsets that did not land. It is read as LandClicks reads, committed
 * records only: what a transaction wrote and then aborted was never a click.
 */
final class BrokerRecords implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final String topic;

  private BrokerRecords(KafkaConsumer<byte[], byte[]> consumer, String topic) {
    this.consumer = consumer;
    this.topic = topic;
  }

  /**
   * What was found in a range.
   *
   * @param records offsets that hold records
   * @param unknown offsets that the broker does not have; nobody can tell any more
   */
  record Found(List<OffsetRange> records, List<OffsetRange> unknown) {}

  /** Opens the topic, which must be the one that the id names. */
  static BrokerRecords open(String bootstrapServers, String topic, String topicId) {
    requireSameTopic(bootstrapServers, topic, topicId);
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return new BrokerRecords(
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
        topic);
  }

  private static void requireSameTopic(String bootstrapServers, String topic, String topicId) {
    try (Admin admin =
        Admin.create(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
      String id =
          admin
              .describeTopics(List.of(topic))
              .allTopicNames()
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
              .get(topic)
              .topicId()
              .toString();
      if (!id.equals(topicId)) {
        throw new JobFailedException(
            "topic %s at %s has id %s, but what landed came from id %s"
                .formatted(topic, bootstrapServers, id, topicId));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobFailedException("interrupted while asking Kafka for " + topic);
    } catch (ExecutionException | TimeoutException e) {
      throw new JobFailedException(
          "Kafka at %s did not describe topic %s within %s: %s"
              .formatted(
                  bootstrapServers, topic, PATIENCE, e.getCause() == null ? e : e.getCause()));
    }
  }

  /** Reads the range again. */
  Found in(OffsetRange range) {
    TopicPartition partition = new TopicPartition(topic, range.partition());
    consumer.assign(List.of(partition));
    long earliest = consumer.beginningOffsets(List.of(partition), PATIENCE).get(partition);
    long latest = consumer.endOffsets(List.of(partition), PATIENCE).get(partition);
    if (Math.max(range.from(), earliest) >= Math.min(range.to(), latest)) {
      return new Found(List.of(), List.of(range));
    }
    OffsetRange there =
        new OffsetRange(
            range.partition(), Math.max(range.from(), earliest), Math.min(range.to(), latest));
    return new Found(records(partition, there), range.without(there));
  }

  private List<OffsetRange> records(TopicPartition partition, OffsetRange range) {
    List<OffsetRange> records = new ArrayList<>();
    consumer.seek(partition, range.from());
    long position = range.from();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (position < range.to()) {
      for (ConsumerRecord<byte[], byte[]> record :
          consumer.poll(Duration.ofMillis(200)).records(partition)) {
        if (record.offset() < range.to()) {
          records.add(new OffsetRange(range.partition(), record.offset(), record.offset() + 1));
        }
      }
      long next = consumer.position(partition, PATIENCE);
      if (next > position) {
        deadline = System.nanoTime() + PATIENCE.toNanos();
      } else if (System.nanoTime() > deadline) {
        throw new JobFailedException(
            "Kafka did not give %s of topic %s within %s".formatted(range, topic, PATIENCE));
      }
      position = next;
    }
    return OffsetRange.joined(records);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
