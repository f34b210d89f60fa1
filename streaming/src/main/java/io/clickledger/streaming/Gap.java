package io.clickledger.streaming;

import io.clickledger.lake.KafkaPosition;
import io.clickledger.lake.PositionedAppend;
import io.clickledger.lake.Recorded;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Why LandClicks cannot go on where a table ends: Kafka's retention has deleted what comes next, or
 * the topic is another one than before. Only a person can decide to go on behind it.
 *
 * @param end up to where the table has landed, over all partitions of the topic
 */
record Gap(TableName table, Recorded recorded, Topic topic, KafkaPosition end) {

  /** What is between the end of the table and what the topic still has; empty for nothing. */
  static Optional<Gap> after(TableName table, Recorded recorded, Topic topic) {
    KafkaPosition end = KafkaPosition.parse(recorded.to()).over(topic.earliest().next().keySet());
    Gap gap = new Gap(table, recorded, topic, end);
    return gap.isOtherTopic() || !end.covers(topic.earliest())
        ? Optional.of(gap)
        : Optional.empty();
  }

  boolean isOtherTopic() {
    return !recorded.source().equals(topic.id());
  }

  /**
   * How many offsets of each partition are lost for certain. What an earlier topic had behind the
   * end of the table, nobody can tell any more.
   */
  KafkaPosition lost() {
    Map<Integer, Long> lost = new HashMap<>();
    topic
        .earliest()
        .next()
        .forEach(
            (partition, earliest) -> {
              long from = isOtherTopic() ? 0 : end.of(partition);
              if (from < earliest) {
                lost.put(partition, earliest - from);
              }
            });
    return KafkaPosition.of(lost);
  }

  /** Where landing goes on once the gap is accepted. */
  KafkaPosition resumption() {
    return isOtherTopic() ? topic.earliest() : end.greatest(topic.earliest());
  }

  /** The decision to go on, as the table's next commit. */
  PositionedAppend acceptance(String reason, Instant acceptedAt) {
    Map<String, String> notes = new HashMap<>();
    notes.put(Recorded.ROWS, KafkaPosition.of(Map.of()).toString());
    notes.put(Recorded.ACCEPTED_GAP, topic.earliest().toString());
    notes.put(Recorded.REASON, reason);
    if (isOtherTopic()) {
      notes.put(Recorded.PREVIOUS_SOURCE, recorded.source());
    }
    return new PositionedAppend(
        LandClicks.QUERY,
        topic.id(),
        Optional.of(KafkaPosition.parse(recorded.to())),
        resumption(),
        acceptedAt.isAfter(recorded.landedThrough())
            ? acceptedAt
            : recorded.landedThrough().plusMillis(1),
        notes);
  }

  @Override
  public String toString() {
    if (isOtherTopic()) {
      return "the topic has id %s, but %s was landed from id %s to %s: it was created again, and what it had behind that is lost%s"
          .formatted(
              topic.id(),
              table,
              recorded.source(),
              recorded.to(),
              lost().next().isEmpty() ? "" : ", and of the new one " + lost());
    }
    return lost().next().entrySet().stream()
        .map(
            lost ->
                "%s ends at offset %d of partition %d, but Kafka's retention has deleted all before %d: %d offsets are lost"
                    .formatted(
                        table,
                        end.of(lost.getKey()),
                        lost.getKey(),
                        topic.earliest().of(lost.getKey()),
                        lost.getValue()))
        .collect(Collectors.joining("; "));
  }
}
