package io.clickledger.lake.commit;

import java.util.Optional;

/**
 * A position in a source. Commits record its text: equal positions have equal texts, and different
 * positions have different texts.
 */
public interface Position {
  /** The text that a commit records. */
  @Override
  String toString();

  /**
   * The shorter form that a commit may record where the table has the position before it: by
   * partition, how many offsets were read since, in the text form of {@link KafkaPosition} and
   * without idle partitions. Empty where this position cannot be expressed as an advance of the
   * other one.
   */
  default Optional<KafkaPosition> advanceSince(Position before) {
    return Optional.empty();
  }
}
