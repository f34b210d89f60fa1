package io.clickledger.lake;

import java.util.Optional;

/**
 * How far a source was read. Its text is what commits record: equal positions are equal texts, and
 * another position another text.
 */
public sealed interface Position permits KafkaPosition, RawPosition, Landings.End {
  /** The text that a commit records. */
  @Override
  String toString();

  /**
   * What a commit may record in place of the position where the table already has the one before:
   * how many offsets of each partition were read since, idle partitions left out, as {@link
   * KafkaPosition} writes. Empty where this position does not follow from that one by an advance.
   */
  default Optional<KafkaPosition> advanceSince(Position before) {
    return Optional.empty();
  }
}
