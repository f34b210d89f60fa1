package io.clickledger.streaming.land;

import io.clickledger.lake.commit.KafkaPosition;
import io.clickledger.streaming.StreamingSettings;
import io.clickledger.streaming.query.Backlog;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The records of the click topic that have not landed yet, by the broker's offsets. */
final class TopicBacklog {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final StreamingSettings.Kafka kafka;

  TopicBacklog(StreamingSettings.Kafka kafka) {
    this.kafka = kafka;
  }

  /**
   * Asks for the ends, and reads the first record after the position in each partition for its
   * timestamp.
   *
   * @throws RuntimeException where the broker does not answer soon
   */
  Backlog after(KafkaPosition landed) {
    // Closed after each request: one request every few seconds does not justify its threads and
    // buffers.
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(kafka.clickTopic(), TIMEOUT).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      Map<TopicPartition, Long> waiting =
          consumer.endOffsets(partitions, TIMEOUT).entrySet().stream()
              .filter(end -> end.getValue() > landed.of(end.getKey().partition()))
              .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
      long clicks =
          waiting.entrySet().stream()
              .mapToLong(end -> end.getValue() - landed.of(end.getKey().partition()))
              .sum();
      return new Backlog(clicks, oldest(consumer, waiting, landed));
    }
  }

  /** Empty where only transaction markers are left, which are no records. */
  private static Optional<Instant> oldest(
      KafkaConsumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> ends,
      KafkaPosition landed) {
    consumer.assign(ends.keySet());
    ends.keySet().forEach(partition -> consumer.seek(partition, landed.of(partition.partition())));
    Set<TopicPartition> unread = new HashSet<>(ends.keySet());
    Instant deadline = Instant.now().plus(TIMEOUT);
    long oldest = Long.MAX_VALUE;
    while (!unread.isEmpty()) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
      for (TopicPartition partition : records.partitions()) {
        ConsumerRecord<byte[], byte[]> first = records.records(partition).get(0);
        oldest = unread.contains(partition) ? Math.min(oldest, first.timestamp()) : oldest;
      }
      unread.removeAll(records.partitions());
      unread.removeIf(partition -> consumer.position(partition) >= ends.get(partition));
      consumer.pause(
          consumer.assignment().stream().filter(partition -> !unread.contains(partition)).toList());
      if (!unread.isEmpty() && Instant.now().isAfter(deadline)) {
        throw new IllegalStateException("no record of " + unread + " came within " + TIMEOUT);
      }
    }
    return oldest == Long.MAX_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(oldest));
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
    properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "1024");
    // Each of many partitions may start with a record of the maximum size.
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "1");
    properties.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, "65536");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
