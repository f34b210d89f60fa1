package io.clickledger.streaming;

import io.clickledger.lake.KafkaPosition;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/**
 * The click topic as the broker describes it.
 *
 * @param id Kafka's id of the topic, which a topic created again under the same name does not share
 * @param earliest the first offset that each partition still has
 */
record Topic(String id, KafkaPosition earliest) {

  /**
   * Asks the broker.
   *
   * @throws IllegalStateException where it does not answer in time or has no such topic
   */
  static Topic describe(StreamingSettings.Kafka kafka) {
    Properties properties = new Properties();
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    long millis = kafka.timeout().toMillis();
    try (Admin admin = Admin.create(properties)) {
      TopicDescription topic =
          admin
              .describeTopics(List.of(kafka.clickTopic()))
              .allTopicNames()
              .get(millis, TimeUnit.MILLISECONDS)
              .get(kafka.clickTopic());
      Map<Integer, Long> earliest =
          admin
              .listOffsets(
                  topic.partitions().stream()
                      .collect(
                          Collectors.toMap(
                              p -> new TopicPartition(kafka.clickTopic(), p.partition()),
                              p -> OffsetSpec.earliest())))
              .all()
              .get(millis, TimeUnit.MILLISECONDS)
              .entrySet()
              .stream()
              .collect(Collectors.toMap(e -> e.getKey().partition(), e -> e.getValue().offset()));
      return new Topic(topic.topicId().toString(), KafkaPosition.of(earliest));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "interrupted while asking Kafka for " + kafka.clickTopic(), e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(
          "Kafka at %s did not describe topic %s within %s: %s"
              .formatted(
                  kafka.bootstrapServers(),
                  kafka.clickTopic(),
                  kafka.timeout(),
                  e.getCause() == null ? e : e.getCause()),
          e);
    }
  }
}
