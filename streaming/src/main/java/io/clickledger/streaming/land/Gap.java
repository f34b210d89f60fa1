package io.clickledger.streaming.land;

import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.KafkaPosition;
import io.clickledger.lake.commit.PositionedAppend;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The reason why LandClicks cannot continue at a table's position: Kafka's retention has deleted
 * the next records, or the topic was replaced by another one. Only an operator may decide to
 * continue after the gap.
 *
 * @param end up to where the table has landed, over all partitions of the topic
 */
public record Gap(TableName table, CommittedPosition recorded, Topic topic, KafkaPosition end) {

  /**
   * The gap between the table's position and the earliest offsets of the topic; empty where there
   * is none.
   */
  public static Optional<Gap> after(TableName table, CommittedPosition recorded, Topic topic) {
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
   * How many offsets of each partition are certainly lost. For a replaced topic it is unknown which
   * records followed the table's position.
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

  /** Where landing continues once the gap is accepted. */
  public KafkaPosition resumption() {
    return isOtherTopic() ? topic.earliest() : end.max(topic.earliest());
  }

  /** The decision as the table's next commit. */
  public PositionedAppend acceptance(String reason, Instant acceptedAt) {
    Map<String, String> notes = new HashMap<>();
    notes.put(CommittedPosition.ROWS, KafkaPosition.of(Map.of()).toString());
    notes.put(CommittedPosition.ACCEPTED_GAP, topic.earliest().toString());
    notes.put(CommittedPosition.REASON, reason);
    if (isOtherTopic()) {
      notes.put(CommittedPosition.PREVIOUS_SOURCE, recorded.source());
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
