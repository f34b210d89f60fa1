package io.clickledger.streaming.replay.decision;

import io.clickledger.rules.contract.ClickField;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.Fault;
import io.clickledger.rules.json.ClickReader;
import io.clickledger.rules.json.ReadResult;
import io.clickledger.rules.privacy.PayloadCipher;
import java.io.Serializable;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Decides what to do with a rejected record: decrypts it, applies the field repairs and validates
 * it as landing will. A pure function, given the topic's description.
 */
public final class ReplayDecider implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Pattern CLICK_ID =
      Pattern.compile("\"(\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12})\"");

  private final FieldRepairs repairs;
  private final HashMap<String, PayloadCipher> keys;
  private final TopicTimes times;

  public ReplayDecider(FieldRepairs repairs, Map<String, PayloadCipher> keys, TopicTimes times) {
    this.repairs = repairs;
    this.keys = new HashMap<>(keys);
    this.times = times;
  }

  /**
   * @param detail why it is rejected again; empty for every other outcome
   * @param replayRecord the record to produce; empty where it must not be produced or has no
   *     click_id
   */
  public record Decision(Outcome outcome, String detail, Optional<ReplayRecord> replayRecord) {}

  /** A record to produce: its key, its value and its timestamp. */
  public record ReplayRecord(String clickId, byte[] value, Instant timestamp) {}

  public Decision decide(RejectedRecord record) {
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
      return new Decision(
          new Outcome(Outcome.Kind.NOT_WHOLE, "longer than a click"), "", Optional.empty());
    }
    byte[] repaired = repairs.repair(sent, record.at(), record.kafkaTimestamp());
    Instant timestamp = times.replayTimestamp(record.kafkaTimestamp());
    ReadResult reading = ClickReader.read(repaired, timestamp);
    if (reading instanceof ReadResult.Accepted accepted) {
      return times.keeps(timestamp)
          ? new Decision(
              new Outcome(Outcome.Kind.LANDED, ""),
              "",
              Optional.of(new ReplayRecord(accepted.click().clickId(), repaired, timestamp)))
          : new Decision(
              new Outcome(Outcome.Kind.NOT_KEPT, "from " + times.keptFrom()), "", Optional.empty());
    }
    Fault fault = ((ReadResult.Rejected) reading).first();
    String what =
        fault.field() == null ? "" + fault.reason() : fault.reason() + " " + fault.field();
    return new Decision(
        new Outcome(Outcome.Kind.REJECTED_AGAIN, what),
        fault.detail(),
        clickId(repaired)
            .filter(id -> times.keeps(timestamp))
            .map(id -> new ReplayRecord(id, repaired, timestamp)));
  }

  /*
   * A record without a click_id must not be produced: it would be rejected again as a new row,
   * whose derived click_id differs from the one of the original row, and one click would count as
   * two.
   */
  private static Optional<String> clickId(byte[] value) {
    return Optional.ofNullable(value)
        .flatMap(RecordFields::read)
        .flatMap(fields -> fields.json(ClickField.CLICK_ID.wireName()))
        .map(CLICK_ID::matcher)
        .filter(java.util.regex.Matcher::matches)
        .map(found -> found.group(1).toLowerCase(Locale.ROOT));
  }

  private static Decision undecryptable(String why) {
    return new Decision(new Outcome(Outcome.Kind.UNDECRYPTABLE, why), "", Optional.empty());
  }
}
