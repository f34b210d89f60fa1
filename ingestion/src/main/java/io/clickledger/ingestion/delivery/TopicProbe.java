package io.clickledger.ingestion.delivery;

import io.clickledger.http.Check;
import io.clickledger.http.NotReadyException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks the broker itself whether the topic is there and every partition has a leader. */
public final class TopicProbe implements Check.Probe, AutoCloseable {

  private final String topic;
  private final Admin admin;

  public TopicProbe(KafkaSettings settings, Duration limit) {
    this.topic = settings.clickTopic();
    this.admin = Admin.create(KafkaClients.admin(settings, limit));
  }

  @Override
  public void ask() throws NotReadyException, InterruptedException, ExecutionException {
    List<Integer> leaderless =
        description().partitions().stream()
            .filter(partition -> partition.leader() == null || partition.leader().isEmpty())
            .map(TopicPartitionInfo::partition)
            .toList();
    if (!leaderless.isEmpty()) {
      throw new NotReadyException(
          "partitions %s of topic %s have no leader".formatted(leaderless, topic));
    }
  }

  private TopicDescription description()
      throws NotReadyException, InterruptedException, ExecutionException {
    try {
      return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new NotReadyException("topic %s does not exist".formatted(topic));
      }
      if (e.getCause() instanceof TimeoutException) {
        throw new NotReadyException("the broker does not answer");
      }
      throw e;
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
