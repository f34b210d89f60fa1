package io.clickledger.rules.json;

import io.clickledger.rules.contract.ClickField;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.Fault;
import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.rules.text.Placeholders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What is wrong with a record: at most one fault for each field of the contract, and those of
 * unknown fields. A faulty value may be personal data, such as an e-mail address in the wrong
 * field, and details are stored: so only values that cannot be any are repeated.
 */
final class ClickFaults {

  private static final int MAX_ECHO_CHARACTERS = 40;
  private static final ClickField[] FIELDS = ClickField.values();

  /** By field; null while there is none. */
  private Fault[] ofFields;

  /** Of unknown fields; null while there is none. */
  private List<Fault> others;

  boolean isEmpty() {
    return others == null
        && (ofFields == null || Arrays.stream(ofFields).allMatch(Objects::isNull));
  }

  boolean has(ClickField field) {
    return ofFields != null && ofFields[field.ordinal()] != null;
  }

  /**
   * Takes out the fault of a field's value, and returns its reason; null where there is none. A
   * field that is there twice is a fault of the record.
   */
  RejectionReason takeOut(ClickField field) {
    if (!has(field) || ofFields[field.ordinal()].reason() == RejectionReason.DUPLICATE_FIELD) {
      return null;
    }
    RejectionReason reason = ofFields[field.ordinal()].reason();
    ofFields[field.ordinal()] = null;
    return reason;
  }

  /** In the order of the contract's fields, then those of unknown fields as they came. */
  List<Fault> all() {
    List<Fault> all = new ArrayList<>();
    if (ofFields != null) {
      for (Fault fault : ofFields) {
        if (fault != null) {
          all.add(fault);
        }
      }
    }
    if (others != null) {
      all.addAll(others);
    }
    return all;
  }

  void add(ClickField field, RejectionReason reason, String detail) {
    if (ofFields == null) {
      ofFields = new Fault[FIELDS.length];
    }
    Fault earlier = ofFields[field.ordinal()];
    // It is unknown which of two values was meant, so the repetition is reported instead of their
    // faults.
    if (earlier == null || reason == RejectionReason.DUPLICATE_FIELD) {
      ofFields[field.ordinal()] = new Fault(reason, field.wireName(), detail);
    }
  }

  /**
   * Adds a fault of unknown fields.
   *
   * @param name null for all of them together
   */
  void addOther(RejectionReason reason, String name, String detail) {
    if (others == null) {
      others = new ArrayList<>();
    }
    if (others.size() < ClickLimits.OTHER_FIELDS) {
      boolean showable = name != null && name.equals(shown(name));
      others.add(new Fault(reason, showable ? name : null, detail));
    }
  }

  void repeated(ClickField field) {
    add(field, RejectionReason.DUPLICATE_FIELD, field.wireName() + " must be there once");
  }

  void missing(ClickField field) {
    add(field, RejectionReason.MISSING, field.wireName() + " must be there, was absent");
  }

  void empty(ClickField field) {
    add(field, RejectionReason.EMPTY, field.wireName() + " must not be empty, was \"\"");
  }

  void notAllowed(ClickField field) {
    add(
        field,
        RejectionReason.NOT_ALLOWED,
        field.wireName() + " must be absent, only ingestion sets it");
  }

  void tooLong(ClickField field, String value, int max) {
    add(
        field,
        RejectionReason.TOO_LONG,
        field.wireName() + " must be at most " + max + " characters, was " + length(value));
  }

  void malformed(ClickField field, String allowed, String value) {
    malformedAs(field, allowed, shown(value));
  }

  /** Adds that a value is no id, and whether it is a placeholder for one. */
  void noId(ClickField field, String allowed, String value) {
    if (Placeholders.isUnfilled(value)) {
      add(
          field,
          RejectionReason.PLACEHOLDER,
          field.wireName() + " must be " + allowed + ", was a placeholder that nobody filled in");
    } else {
      malformed(field, allowed, value);
    }
  }

  /** As {@link #malformed}, for a value that is personal data or may have a secret in it. */
  void malformedSecret(ClickField field, String allowed, String value) {
    malformedAs(field, allowed, length(value));
  }

  void halfSurrogate(ClickField field) {
    add(
        field,
        RejectionReason.MALFORMED,
        field.wireName() + " must be Unicode text, had half of a surrogate pair");
  }

  void outOfRange(ClickField field, String was) {
    String allowed =
        field == ClickField.CLAIMED_COST_MICROS
            ? "0.." + ClickLimits.CLAIMED_COST_MICROS
            : "epoch milliseconds";
    add(
        field,
        RejectionReason.OUT_OF_RANGE,
        field.wireName() + " must be " + allowed + ", was " + was);
  }

  void notInYears(ClickField field, String value) {
    add(
        field,
        RejectionReason.OUT_OF_RANGE,
        field.wireName() + " must be in the years 1970 to 9999, was " + shown(value));
  }

  void wrongType(ClickField field, String was) {
    String allowed =
        switch (field) {
          case CLICKED_AT, RECEIVED_AT -> "an integer or a string";
          case CLAIMED_COST_MICROS -> "an integer";
          case SUSPECTED_DUPLICATE -> "true or false";
          default -> "a string";
        };
    add(
        field,
        RejectionReason.WRONG_TYPE,
        field.wireName() + " must be " + allowed + ", was " + was);
  }

  void tooEarly(ClickField field, Instant time, Instant reference) {
    add(
        field,
        RejectionReason.TOO_EARLY,
        field.wireName()
            + " must be at most "
            + words(ClickTimes.MAX_BEFORE_REFERENCE)
            + " before "
            + reference
            + ", was "
            + time
            + (ClickTimes.isBelievableInSeconds(time, reference)
                ? " (seconds? an integer is milliseconds)"
                : ""));
  }

  /**
   * Adds that a time is too late.
   *
   * @param reference what it is held against
   */
  void tooLate(ClickField field, Instant time, String reference) {
    add(
        field,
        RejectionReason.TOO_LATE,
        field.wireName()
            + " must be at most "
            + words(ClickTimes.MAX_AFTER_REFERENCE)
            + " after "
            + reference
            + ", was "
            + time);
  }

  private void malformedAs(ClickField field, String allowed, String was) {
    add(
        field,
        RejectionReason.MALFORMED,
        field.wireName() + " must be " + allowed + ", was " + was);
  }

  private static String words(Duration duration) {
    return duration.toDays() > 0 ? duration.toDays() + " days" : duration.toMinutes() + " minutes";
  }

  static String length(String value) {
    return "a string of " + value.codePointCount(0, value.length()) + " characters";
  }

  /** The value where it is short and looks like an id, a number or a time; else its length. */
  static String shown(String value) {
    if (value.length() > MAX_ECHO_CHARACTERS) {
      return length(value);
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (!FieldParser.isIdCharacter(c) && c != '+' && c != '/') {
        return length(value);
      }
    }
    return value;
  }
}
