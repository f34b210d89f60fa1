package io.clickledger.streaming.replay;

import io.clickledger.rules.ClickField;
import io.clickledger.rules.ClickLimits;
import io.clickledger.rules.ClickReader;
import io.clickledger.rules.Fault;
import io.clickledger.rules.PayloadCipher;
import io.clickledger.rules.Reading;
import java.io.Serializable;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Says what becomes of a rejected record: decrypts, mends and reads it as landing will. Pure, apart
 * from the moment at which the topic was described.
 */
final class Judge implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Pattern CLICK_ID =
      Pattern.compile("\"(\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12})\"");

  private final Mendings mendings;
  private final HashMap<String, PayloadCipher> keys;
  private final TopicTimes times;

  Judge(Mendings mendings, Map<String, PayloadCipher> keys, TopicTimes times) {
    this.mendings = mendings;
    this.keys = new HashMap<>(keys);
    this.times = times;
  }

  /**
   * @param detail why it is rejected again; empty for every other outcome
   * @param again what may be produced; empty for a record that must not be or has no click_id
   */
  record Judged(Outcome outcome, String detail, Optional<Again> again) {}

  /** A record to produce: its key, its value and its timestamp. */
  record Again(String clickId, byte[] value, Instant timestamp) {}

  Judged judge(RejectedRecord record) {
    byte[] sent = null;
    if (record.payload() != null) {
      PayloadCipher key = keys.get(record.payloadKeyId());
      if (key == null) {
        return undecryptable("key " + record.payloadKeyId() + " is not configured");
      }
      try {
        sent = key.decrypt(record.payload());
      } catch (IllegalArgumentException e) {
        return undecryptable("key %s does not open it".formatted(record.payloadKeyId()));
      }
    }
    if (sent != null && sent.length > ClickLimits.RECORD_BYTES) {
      return new Judged(
          new Outcome(Outcome.Kind.NOT_WHOLE, "longer than a click"), "", Optional.empty());
    }
    byte[] mended = mendings.mend(sent, record.at(), record.kafkaTimestamp());
    Instant timestamp = times.again(record.kafkaTimestamp());
    Reading reading = ClickReader.read(mended, timestamp);
    if (reading instanceof Reading.Accepted accepted) {
      return times.keeps(timestamp)
          ? new Judged(
              new Outcome(Outcome.Kind.LANDED, ""),
              "",
              Optional.of(new Again(accepted.click().clickId(), mended, timestamp)))
          : new Judged(
              new Outcome(Outcome.Kind.NOT_KEPT, "from " + times.keptFrom()), "", Optional.empty());
    }
    Fault fault = ((Reading.Rejected) reading).first();
    String what =
        fault.field() == null ? "" + fault.reason() : fault.reason() + " " + fault.field();
    return new Judged(
        new Outcome(Outcome.Kind.REJECTED_AGAIN, what),
        fault.detail(),
        clickId(mended)
            .filter(id -> times.keeps(timestamp))
            .map(id -> new Again(id, mended, timestamp)));
  }

  /*
   * A record without a click_id must not go round: as a rejected row of its own it would be given
   * another derived click_id than the row that it came from, and one click would count as two.
   */
  private static Optional<String> clickId(byte[] value) {
    return Optional.ofNullable(value)
        .flatMap(RecordFields::read)
        .flatMap(fields -> fields.json(ClickField.CLICK_ID.wireName()))
        .map(CLICK_ID::matcher)
        .filter(java.util.regex.Matcher::matches)
        .map(found -> found.group(1).toLowerCase(Locale.ROOT));
  }

  private static Judged undecryptable(String why) {
    return new Judged(new Outcome(Outcome.Kind.UNDECRYPTABLE, why), "", Optional.empty());
  }
}
