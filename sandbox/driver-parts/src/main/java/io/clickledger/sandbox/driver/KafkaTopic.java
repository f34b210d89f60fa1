package io.clickledger.sandbox.driver;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A topic of a broker. */
public record KafkaTopic(String broker, String name) {

  /** The offset after the last record of each partition. */
  public Map<Integer, Long> ends() throws InterruptedException, ExecutionException {
    try (Admin admin = admin()) {
      Map<TopicPartition, OffsetSpec> latest =
          describe(admin).partitions().stream()
              .map(partition -> new TopicPartition(name, partition.partition()))
              .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
      return admin.listOffsets(latest).all().get().entrySet().stream()
          .collect(Collectors.toMap(e -> e.getKey().partition(), e -> e.getValue().offset()));
    }
  }

  /** Kafka's id of the topic. */
  public String id() throws InterruptedException, ExecutionException {
    try (Admin admin = admin()) {
      return describe(admin).topicId().toString();
    }
  }

  /**
   * A producer of records of this topic.
   *
   * @param settings beside those that every producer needs
   */
  public KafkaProducer<String, byte[]> producer(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker);
    all.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    return new KafkaProducer<>(all, new StringSerializer(), new ByteArraySerializer());
  }

  private TopicDescription describe(Admin admin) throws InterruptedException, ExecutionException {
    return admin.describeTopics(List.of(name)).allTopicNames().get().get(name);
  }

  private Admin admin() {
    return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker));
  }
}
