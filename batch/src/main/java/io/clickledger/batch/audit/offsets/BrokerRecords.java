package io.clickledger.batch.audit.offsets;

import io.clickledger.programs.RefusedException;
import io.clickledger.programs.TryLaterException;
import io.clickledger.rules.contract.ClickLimits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The records of the broker at offsets that did not land. They are read as LandClicks reads them,
 * with read_committed: records of aborted transactions are no clicks.
 */
public final class BrokerRecords implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /**
   * Up to this distance between two ranges, records are read and skipped; beyond it, the consumer
   * seeks.
   */
  private static final long MAX_SKIPPED = 10_000;

  private static final int NO_PARTITION = -1;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final String topic;

  /** Offsets of records from {@link #readFrom} to {@link #position}: of a poll, no more. */
  private final Queue<Long> ahead = new ArrayDeque<>();

  private TopicPartition partition;
  private long earliest;
  private long latest;
  private long readFrom;
  private long position;

  private BrokerRecords(KafkaConsumer<byte[], byte[]> consumer, String topic) {
    this.consumer = consumer;
    this.topic = topic;
    this.partition = new TopicPartition(topic, NO_PARTITION);
  }

  /** Opens the topic, which must be the one that the id names. */
  public static BrokerRecords open(String bootstrapServers, String topic, String topicId) {
    requireSameTopic(bootstrapServers, topic, topicId);
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    // Bounds memory: a poll returns the decompressed content of a fetch.
    properties.put(
        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
        Integer.toString(ClickLimits.TOPIC_BATCH_BYTES));
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
              .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
              .get(topic)
              .topicId()
              .toString();
      if (!id.equals(topicId)) {
        throw new RefusedException(
            "topic %s at %s has id %s, but what landed came from id %s"
                .formatted(topic, bootstrapServers, id, topicId));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TryLaterException("interrupted while asking Kafka for " + topic);
    } catch (ExecutionException | TimeoutException e) {
      throw new TryLaterException(
          "Kafka at %s did not describe topic %s within %s: %s"
              .formatted(
                  bootstrapServers, topic, TIMEOUT, e.getCause() == null ? e : e.getCause()));
    }
  }

  /**
   * Reads the range. Ranges of one partition should be requested in order: neighbouring ranges are
   * then read together.
   *
   * @param records takes the offsets of the range that hold records
   * @param unknown takes the offsets of the range that the broker does not have: nobody knows what
   *     was there
   */
  void read(OffsetRange range, Consumer<OffsetRange> records, Consumer<OffsetRange> unknown) {
    if (partition.partition() != range.partition()) {
      assign(range.partition());
    }
    long first = Math.max(range.from(), earliest);
    long end = Math.min(range.to(), latest);
    if (first < end && (first < readFrom || first > position + MAX_SKIPPED)) {
      // Retention may have deleted more records meanwhile.
      earliest = consumer.beginningOffsets(List.of(partition), TIMEOUT).get(partition);
      first = Math.max(range.from(), earliest);
      if (first < end) {
        seek(first);
      }
    }
    if (first >= end) {
      unknown.accept(range);
      return;
    }
    if (range.from() < first) {
      unknown.accept(range.before(first));
    }
    readRecords(new OffsetRange(range.partition(), first, end), records);
    if (end < range.to()) {
      unknown.accept(range.from(end));
    }
  }

  private void assign(int number) {
    partition = new TopicPartition(topic, number);
    consumer.assign(List.of(partition));
    earliest = consumer.beginningOffsets(List.of(partition), TIMEOUT).get(partition);
    latest = consumer.endOffsets(List.of(partition), TIMEOUT).get(partition);
    readFrom = Long.MAX_VALUE;
  }

  private void seek(long offset) {
    consumer.seek(partition, offset);
    ahead.clear();
    readFrom = offset;
    position = offset;
  }

  private void readRecords(OffsetRange range, Consumer<OffsetRange> records) {
    while (!ahead.isEmpty() && ahead.peek() < range.from()) {
      ahead.remove();
    }
    long runFrom = range.from();
    long runTo = range.from();
    while (true) {
      while (!ahead.isEmpty() && ahead.peek() < range.to()) {
        long offset = ahead.remove();
        if (offset != runTo) {
          handOn(range.partition(), runFrom, runTo, records);
          runFrom = offset;
        }
        runTo = offset + 1;
      }
      if (position >= range.to()) {
        handOn(range.partition(), runFrom, runTo, records);
        readFrom = range.to();
        return;
      }
      poll(range);
    }
  }

  private static void handOn(int partition, long from, long to, Consumer<OffsetRange> records) {
    if (from < to) {
      records.accept(new OffsetRange(partition, from, to));
    }
  }

  /** Goes on behind the position, for records of the range or of those after it. */
  private void poll(OffsetRange range) {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    long before = position;
    while (position == before) {
      for (ConsumerRecord<byte[], byte[]> record :
          consumer.poll(Duration.ofMillis(200)).records(partition)) {
        if (record.offset() >= range.from()) {
          ahead.add(record.offset());
        }
      }
      position = consumer.position(partition, TIMEOUT);
      if (position == before && System.nanoTime() > deadline) {
        throw new TryLaterException(
            "Kafka did not give %s of topic %s within %s".formatted(range, topic, TIMEOUT));
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
