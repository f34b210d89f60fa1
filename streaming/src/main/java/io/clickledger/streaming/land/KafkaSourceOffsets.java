package io.clickledger.streaming.land;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickledger.lake.commit.KafkaPosition;
import java.util.Map;
import java.util.TreeMap;

/** Positions of one topic as Spark's Kafka source writes them: {@code {"clicks":{"0":120}}}. */
final class KafkaSourceOffsets {
  private static final JsonMapper JSON = new JsonMapper();

  private KafkaSourceOffsets() {}

  static String json(String topic, KafkaPosition position) {
    ObjectNode offsets = JSON.createObjectNode();
    ObjectNode partitions = offsets.putObject(topic);
    position.next().forEach((partition, next) -> partitions.put(partition.toString(), next));
    return offsets.toString();
  }

  static KafkaPosition parse(String topic, String json) {
    try {
      JsonNode partitions = JSON.readTree(json).path(topic);
      if (!partitions.isObject()) {
        throw new IllegalStateException("offsets of topic " + topic + " expected, were " + json);
      }
      Map<Integer, Long> next = new TreeMap<>();
      partitions
          .fields()
          .forEachRemaining(
              entry -> next.put(Integer.valueOf(entry.getKey()), entry.getValue().longValue()));
      return KafkaPosition.of(next);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("offsets of topic " + topic + " expected, were " + json, e);
    }
  }
}
