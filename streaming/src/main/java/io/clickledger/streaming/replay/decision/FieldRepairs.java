package io.clickledger.streaming.replay.decision;

import io.clickledger.rules.contract.ClickField;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The changes to the fields of a record before it is validated again. They are applied in a fixed
 * order, whatever the order of the options: fields are dropped and renamed by their original names,
 * then set, then given defaults where they are absent. A record that needs no change keeps its
 * bytes.
 *
 * @param dropped names as sent
 * @param renamed new names by original names
 * @param set new values as JSON, by field
 * @param defaults values as JSON, where the field is absent or null
 */
public record FieldRepairs(
    Set<String> dropped,
    Map<String, String> renamed,
    Map<String, String> set,
    Map<String, String> defaults,
    ClickIds clickIds)
    implements Serializable {

  /** Whether a record without a click_id is given one. */
  public enum ClickIds {
    AS_SENT,
    DERIVED
  }

  public FieldRepairs {
    dropped = Set.copyOf(dropped);
    renamed = Map.copyOf(renamed);
    set = Map.copyOf(set);
    defaults = Map.copyOf(defaults);
  }

  /** Whether a text may be the value of a field: exactly one JSON value. */
  public static boolean isValue(String text) {
    return RecordFields.isJson(text);
  }

  static FieldRepairs none() {
    return new FieldRepairs(Set.of(), Map.of(), Map.of(), Map.of(), ClickIds.AS_SENT);
  }

  /** The repaired value; null for null, and unchanged where it is not a JSON object. */
  byte[] repair(byte[] value, Coordinates at, Instant kafkaTimestamp) {
    Optional<RecordFields> sent = value == null ? Optional.empty() : RecordFields.read(value);
    if (sent.isEmpty()) {
      return value;
    }
    RecordFields repaired = repair(sent.get(), at, kafkaTimestamp);
    return repaired.equals(sent.get()) ? value : repaired.write();
  }

  private RecordFields repair(RecordFields sent, Coordinates at, Instant kafkaTimestamp) {
    List<RecordFields.Field> kept = new ArrayList<>();
    for (RecordFields.Field field : sent.fields()) {
      if (!dropped.contains(field.name())) {
        // A field that already has the new name is kept, too: a replay must not guess which of the
        // two is meant, and ClickReader rejects the record as DUPLICATE_FIELD.
        kept.add(
            new RecordFields.Field(renamed.getOrDefault(field.name(), field.name()), field.json()));
      }
    }
    RecordFields repaired = new RecordFields(kept);
    for (Map.Entry<String, String> field : set.entrySet()) {
      repaired = repaired.with(field.getKey(), field.getValue());
    }
    Map<String, String> missing = new HashMap<>(defaults);
    if (clickIds == ClickIds.DERIVED) {
      missing.put(
          ClickField.CLICK_ID.wireName(),
          RecordFields.quoted(DerivedClickId.of(at, kafkaTimestamp).toString()));
    }
    for (Map.Entry<String, String> field : missing.entrySet()) {
      if (repaired.lacks(field.getKey())) {
        repaired = repaired.with(field.getKey(), field.getValue());
      }
    }
    return repaired;
  }
}
