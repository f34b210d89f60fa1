package io.clickledger.benchmarks.faults;

import io.clickledger.lake.commit.KafkaPosition;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Describes a topic by the broker. */
final class Topics {
  private Topics() {}

  /** The offset after the last record of each partition. */
  static KafkaPosition ends(String broker, String topic)
      throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker))) {
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      for (int partition = 0; partition < FaultChain.PARTITIONS; partition++) {
        latest.put(new TopicPartition(topic, partition), OffsetSpec.latest());
      }
      Map<Integer, Long> ends = new HashMap<>();
      admin
          .listOffsets(latest)
          .all()
          .get()
          .forEach((partition, offset) -> ends.put(partition.partition(), offset.offset()));
      return KafkaPosition.of(ends);
    }
  }
}
