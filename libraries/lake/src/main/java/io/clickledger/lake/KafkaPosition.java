package io.clickledger.lake;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How far a topic was read: for each Kafka partition the offset that comes next. Written as JSON,
 * {@code {"0":120,"1":98}}, partitions in order, so that equal positions are equal texts.
 */
public record KafkaPosition(SortedMap<Integer, Long> next) {
  private static final Pattern ENTRY = Pattern.compile("\"(\\d+)\":(\\d+)");
  private static final Pattern JSON = Pattern.compile("\\{(\"\\d+\":\\d+(,\"\\d+\":\\d+)*)?}");

  public KafkaPosition {
    next = Collections.unmodifiableSortedMap(new TreeMap<>(next));
    next.forEach(
        (partition, offset) -> {
          if (partition < 0 || offset < 0) {
            throw new IllegalArgumentException(
                "partition and offset must not be negative, were " + partition + " and " + offset);
          }
        });
  }

  public static KafkaPosition of(Map<Integer, Long> next) {
    return new KafkaPosition(new TreeMap<>(next));
  }

  /** Reads what {@link #toString} writes. */
  public static KafkaPosition parse(String json) {
    String dense = json.replaceAll("\\s", "");
    if (!JSON.matcher(dense).matches()) {
      throw new IllegalArgumentException(
          "a Kafka position is {\"partition\":offset,...}, was " + json);
    }
    SortedMap<Integer, Long> next = new TreeMap<>();
    Matcher entry = ENTRY.matcher(dense);
    while (entry.find()) {
      next.put(Integer.valueOf(entry.group(1)), Long.valueOf(entry.group(2)));
    }
    return new KafkaPosition(next);
  }

  /** The next offset of a partition; 0 for a partition that was not there yet. */
  public long of(int partition) {
    return next.getOrDefault(partition, 0L);
  }

  /** Per partition the lesser of the two, over the partitions of both. */
  public KafkaPosition least(KafkaPosition other) {
    SortedMap<Integer, Long> least = new TreeMap<>();
    next.keySet().forEach(p -> least.put(p, Math.min(of(p), other.of(p))));
    other.next.keySet().forEach(p -> least.put(p, Math.min(of(p), other.of(p))));
    return new KafkaPosition(least);
  }

  /** True where this position has read at least as far as the other in every partition. */
  public boolean covers(KafkaPosition other) {
    return other.next.entrySet().stream().allMatch(e -> of(e.getKey()) >= e.getValue());
  }

  /** How many offsets lie between the other position and this one. */
  public long since(KafkaPosition other) {
    return next.keySet().stream().mapToLong(p -> of(p) - other.of(p)).sum();
  }

  @Override
  public String toString() {
    return next.entrySet().stream()
        .map(e -> "\"" + e.getKey() + "\":" + e.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }
}
