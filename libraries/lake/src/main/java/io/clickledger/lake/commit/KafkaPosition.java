package io.clickledger.lake.commit;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;
import java.util.stream.Collectors;

/**
 * A position in a topic: for each Kafka partition the next offset. Its text is {@code 0:120,1:98},
 * partitions in order; it is short because every streaming commit has such texts in its summary.
 */
public record KafkaPosition(SortedMap<Integer, Long> next) implements Position, Serializable {

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
  public static KafkaPosition parse(String text) {
    SortedMap<Integer, Long> next = new TreeMap<>();
    try {
      for (String entry : text.isEmpty() ? new String[0] : text.split(",", -1)) {
        int colon = entry.indexOf(':');
        next.put(
            Integer.valueOf(entry.substring(0, colon)), Long.valueOf(entry.substring(colon + 1)));
      }
      return new KafkaPosition(next);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "a Kafka position is partition:offset,..., was " + text, e);
    }
  }

  /** The next offset of a partition; 0 for a partition that was not there yet. */
  public long of(int partition) {
    return next.getOrDefault(partition, 0L);
  }

  /** The same position, with every one of these partitions named. */
  public KafkaPosition over(Set<Integer> partitions) {
    SortedMap<Integer, Long> all = new TreeMap<>(next);
    partitions.forEach(partition -> all.putIfAbsent(partition, 0L));
    return new KafkaPosition(all);
  }

  /** Per partition the lesser of the two, over the partitions of both. */
  public KafkaPosition min(KafkaPosition other) {
    return merged(other, Math::min);
  }

  /** Per partition the greater of the two, over the partitions of both. */
  public KafkaPosition max(KafkaPosition other) {
    return merged(other, Math::max);
  }

  /** Per partition the sum of the two, for counts that are written as positions are. */
  public KafkaPosition plus(KafkaPosition other) {
    return merged(other, Long::sum);
  }

  private KafkaPosition merged(KafkaPosition other, LongBinaryOperator choice) {
    SortedMap<Integer, Long> merged = new TreeMap<>();
    for (int partition : over(other.next.keySet()).next.keySet()) {
      merged.put(partition, choice.applyAsLong(of(partition), other.of(partition)));
    }
    return new KafkaPosition(merged);
  }

  /** Whether this position is at or after the other one in every partition. */
  public boolean covers(KafkaPosition other) {
    return other.next.entrySet().stream().allMatch(e -> of(e.getKey()) >= e.getValue());
  }

  /** How many offsets lie between the other position and this one. */
  public long since(KafkaPosition other) {
    return next.keySet().stream().mapToLong(p -> of(p) - other.of(p)).sum();
  }

  @Override
  public Optional<KafkaPosition> advanceSince(Position before) {
    if (!(before instanceof KafkaPosition other)
        || !next.keySet().containsAll(other.next.keySet())
        || !covers(other)) {
      return Optional.empty();
    }
    SortedMap<Integer, Long> advance = new TreeMap<>();
    next.forEach(
        (partition, offset) -> {
          long read = offset - other.of(partition);
          // A new partition is listed even where no record of it was read.
          if (read > 0 || !other.next.containsKey(partition)) {
            advance.put(partition, read);
          }
        });
    return Optional.of(new KafkaPosition(advance));
  }

  @Override
  public String toString() {
    return next.entrySet().stream()
        .map(e -> e.getKey() + ":" + e.getValue())
        .collect(Collectors.joining(","));
  }
}
