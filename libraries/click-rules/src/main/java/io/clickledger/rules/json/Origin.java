package io.clickledger.rules.json;

import io.clickledger.rules.contract.ClickField;
import io.clickledger.rules.contract.Source;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * Where a record came from: what its times are held against and who set its last fields.
 *
 * @param postedFrom null for a record of the topic
 */
record Origin(Instant reference, Source postedFrom) {

  static Origin landed(Instant kafkaTimestamp) {
    return new Origin(Objects.requireNonNull(kafkaTimestamp, "kafkaTimestamp"), null);
  }

  /*
   * Truncated to the topic's precision before it is compared, because landing compares with the
   * truncated value and must not reject what was accepted here.
   */
  static Origin posted(Instant now, Source source) {
    return new Origin(now.truncatedTo(ChronoUnit.MILLIS), Objects.requireNonNull(source, "source"));
  }

  boolean allows(ClickField field) {
    return postedFrom == null || !field.isSetByIngestion();
  }

  ReadResult judge(ClickDraft draft) {
    return postedFrom == null ? draft.landed(reference) : draft.posted(reference, postedFrom);
  }
}
