package io.clickledger.rules.json;

import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.RejectionReason;
import java.util.SortedMap;
import java.util.TreeMap;

/** The fields of a record that the contract does not know, within its limits. */
final class OtherFields {

  private final ClickFaults faults;
  private final TreeMap<String, String> jsonByName = new TreeMap<>();
  private int count;
  private long bytes;

  OtherFields(ClickFaults faults) {
    this.faults = faults;
  }

  /** Takes a field, its value as compact JSON. */
  void add(String name, String json) {
    count(name);
    bytes += Utf8.length(name) + Utf8.length(json);
    if (jsonByName.put(name, json) != null) {
      faults.addOther(
          RejectionReason.DUPLICATE_FIELD, name, ClickFaults.shown(name) + " must be there once");
    }
  }

  /** Takes a field whose value cannot be kept. */
  void addAtFault(String name, RejectionReason reason, String detail) {
    count(name);
    faults.addOther(reason, name, ClickFaults.shown(name) + " " + detail);
  }

  /** Reports where there are too many of them, or they are too large together. */
  void check() {
    if (count > ClickLimits.OTHER_FIELDS) {
      faults.addOther(
          RejectionReason.TOO_MANY_FIELDS,
          null,
          "unknown fields must be at most " + ClickLimits.OTHER_FIELDS + ", were " + count);
    }
    if (bytes > ClickLimits.OTHER_FIELDS_BYTES) {
      faults.addOther(
          RejectionReason.TOO_LARGE,
          null,
          "unknown fields must take at most "
              + ClickLimits.OTHER_FIELDS_BYTES
              + " bytes, took "
              + bytes);
    }
  }

  /** Takes what a reader notes of the record, in place of a field of that name, if it fits. */
  void note(String name, String json) {
    String earlier = jsonByName.get(name);
    int fields = count + (earlier == null ? 1 : 0);
    long size =
        bytes + Utf8.length(json) + (earlier == null ? Utf8.length(name) : -Utf8.length(earlier));
    if (fields <= ClickLimits.OTHER_FIELDS && size <= ClickLimits.OTHER_FIELDS_BYTES) {
      jsonByName.put(name, json);
      count = fields;
      bytes = size;
    }
  }

  SortedMap<String, String> jsonByName() {
    return jsonByName;
  }

  private void count(String name) {
    count++;
    if (name.isEmpty() || FieldParser.isLonger(name, ClickLimits.OTHER_FIELD_NAME_CHARACTERS)) {
      faults.addOther(
          name.isEmpty() ? RejectionReason.EMPTY : RejectionReason.TOO_LONG,
          null,
          "names of unknown fields must be 1.."
              + ClickLimits.OTHER_FIELD_NAME_CHARACTERS
              + " characters, one was "
              + ClickFaults.length(name));
    }
  }
}
