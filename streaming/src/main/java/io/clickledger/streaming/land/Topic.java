package io.clickledger.streaming.land;

import io.clickledger.lake.commit.KafkaPosition;
import io.clickledger.streaming.StreamingSettings;
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
 * @param id Kafka's id of the topic; a topic that is created again under the same name has another
 *     id
 * @param earliest the first offset that each partition still has
 */
public record Topic(String id, KafkaPosition earliest) {

  /**
   * Asks the broker.
   *
   * @throws IllegalStateException where it does not answer in time or has no such topic
   */
  public static Topic describe(StreamingSettings.Kafka kafka) {
    return ask(
        kafka,
        admin -> {
          TopicDescription topic = description(admin, kafka);
          Map<Integer, Long> earliest =
              admin
                  .listOffsets(
                      topic.partitions().stream()
                          .collect(
                              Collectors.toMap(
                                  p -> new TopicPartition(kafka.clickTopic(), p.partition()),
                                  p -> OffsetSpec.earliest())))
                  .all()
                  .get(kafka.timeout().toMillis(), TimeUnit.MILLISECONDS)
                  .entrySet()
                  .stream()
                  .collect(
                      Collectors.toMap(e -> e.getKey().partition(), e -> e.getValue().offset()));
          return new Topic(topic.topicId().toString(), KafkaPosition.of(earliest));
        });
  }

  /**
   * Checks that the topic of this name still has this id. Ids are never reused, so everything that
   * was read since this description is of this topic.
   *
   * @throws IllegalStateException where it is another one, or the broker does not answer in time
   */
  void requireUnchanged(StreamingSettings.Kafka kafka) {
    String now = ask(kafka, admin -> description(admin, kafka).topicId().toString());
    if (!now.equals(id)) {
      throw new IllegalStateException(
          "topic %s was created again while it was read: its id was %s and is %s now, so its offsets are others; nothing of this batch is landed; to continue with the new one, run accept-gap (docs/runbook.md)"
              .formatted(kafka.clickTopic(), id, now));
    }
  }

  /** A question to the broker. */
  @FunctionalInterface
  private interface Question<T> {
    T ask(Admin admin) throws InterruptedException, ExecutionException, TimeoutException;
  }

  private static TopicDescription description(Admin admin, StreamingSettings.Kafka kafka)
      throws InterruptedException, ExecutionException, TimeoutException {
    return admin
        .describeTopics(List.of(kafka.clickTopic()))
        .allTopicNames()
        .get(kafka.timeout().toMillis(), TimeUnit.MILLISECONDS)
        .get(kafka.clickTopic());
  }

  private static <T> T ask(StreamingSettings.Kafka kafka, Question<T> question) {
    Properties properties = new Properties();
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    // Closed after each request: one request every few seconds does not justify its threads and
    // buffers.
    try (Admin admin = Admin.create(properties)) {
      return question.ask(admin);
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
