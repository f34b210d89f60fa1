package io.clickledger.streaming.replay;

import io.clickledger.rules.ClickField;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is changed in each record before it is judged again, in this order whatever the order of the
 * options: fields are dropped and renamed by the names that they were sent with, then set, then
 * filled in where they are absent. A record that no mending touches keeps its bytes.
 *
 * @param dropped names as sent
 * @param renamed names as sent, and what they are from now on
 * @param set values as JSON, in place of what was there
 * @param defaults values as JSON, where the field is absent or null
 */
record Mendings(
    Set<String> dropped,
    Map<String, String> renamed,
    Map<String, String> set,
    Map<String, String> defaults,
    ClickIds clickIds)
    implements Serializable {

  /** Whether a record without a click_id is given one. */
  enum ClickIds {
    AS_SENT,
    DERIVED
  }

  Mendings {
    dropped = Set.copyOf(dropped);
    renamed = Map.copyOf(renamed);
    set = Map.copyOf(set);
    defaults = Map.copyOf(defaults);
  }

  static Mendings none() {
    return new Mendings(Set.of(), Map.of(), Map.of(), Map.of(), ClickIds.AS_SENT);
  }

  /** The value as it is produced again: null for null, and the same where it is no JSON object. */
  byte[] mend(byte[] value, Coordinates at, Instant kafkaTimestamp) {
    Optional<RecordFields> sent = value == null ? Optional.empty() : RecordFields.read(value);
    if (sent.isEmpty()) {
      return value;
    }
    RecordFields mended = mend(sent.get(), at, kafkaTimestamp);
    return mended.equals(sent.get()) ? value : mended.write();
  }

  private RecordFields mend(RecordFields sent, Coordinates at, Instant kafkaTimestamp) {
    List<RecordFields.Field> kept = new ArrayList<>();
    for (RecordFields.Field field : sent.fields()) {
      if (!dropped.contains(field.name())) {
        // A field that has the new name already is left beside: which of two is meant is not for
        // a replay to guess, and ClickReader says DUPLICATE_FIELD.
        kept.add(
            new RecordFields.Field(renamed.getOrDefault(field.name(), field.name()), field.json()));
      }
    }
    RecordFields mended = new RecordFields(kept);
    for (Map.Entry<String, String> field : set.entrySet()) {
      mended = mended.with(field.getKey(), field.getValue());
    }
    Map<String, String> missing = new HashMap<>(defaults);
    if (clickIds == ClickIds.DERIVED) {
      missing.put(
          ClickField.CLICK_ID.wireName(),
          RecordFields.quoted(DerivedClickId.of(at, kafkaTimestamp).toString()));
    }
    for (Map.Entry<String, String> field : missing.entrySet()) {
      if (mended.lacks(field.getKey())) {
        mended = mended.with(field.getKey(), field.getValue());
      }
    }
    return mended;
  }
}
