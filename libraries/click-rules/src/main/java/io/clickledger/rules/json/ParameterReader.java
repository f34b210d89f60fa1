package io.clickledger.rules.json;

import io.clickledger.rules.contract.ClickField;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.JsonText;
import io.clickledger.rules.contract.RejectionReason;

/** Reads a click out of the parameters of a request. */
final class ParameterReader {

  private static final int MAX_OTHER_FIELDS = ClickLimits.OTHER_FIELDS - ClickLimits.NOTED_FIELDS;
  private static final int MAX_OTHER_BYTES =
      ClickLimits.OTHER_FIELDS_BYTES - ClickLimits.NOTED_BYTES;

  /** Parameters of which it is said one by one that they were left out. */
  private static final int MAX_NAMED = 8;

  private static final String OTHERS = "other_fields";

  private final ClickDraft draft = new ClickDraft();
  private int otherFields;
  private int otherBytes;
  private int named;

  private ParameterReader() {
    draft.tolerateOptional();
  }

  static ReadResult read(ClickParameters parameters, Origin origin) {
    ParameterReader reader = new ParameterReader();
    parameters.leftOut().forEach(reader::leaveOut);
    parameters.contradicted().forEach(reader::contradicted);
    parameters.values().forEach(reader::take);
    return origin.judge(reader.draft);
  }

  private void contradicted(ClickField field) {
    draft.name(field);
    draft.name(field);
  }

  private void take(String name, String value) {
    ClickField field = ClickField.find(name);
    if (field == null) {
      takeOther(name, value);
    } else if (field.isSetByIngestion()) {
      draft.notAllowed(field);
    } else if ((field == ClickField.CLICKED_AT || field == ClickField.CLAIMED_COST_MICROS)
        && isInteger(value)) {
      try {
        draft.integer(field, Long.parseLong(value));
      } catch (NumberFormatException e) {
        draft.hugeInteger(field);
      }
    } else if (field == ClickField.CLICKED_AT) {
      // A + that was not escaped became a blank, of which a time has none.
      draft.text(field, value.replace(' ', '+'));
    } else {
      draft.text(field, value);
    }
  }

  private void takeOther(String name, String value) {
    if (FieldParser.isLonger(name, ClickLimits.OTHER_FIELD_NAME_CHARACTERS)) {
      leaveOut(name, RejectionReason.TOO_LONG);
    } else if (Utf8.hasLoneSurrogate(name) || Utf8.hasLoneSurrogate(value)) {
      leaveOut(name, RejectionReason.MALFORMED);
    } else if (otherFields == MAX_OTHER_FIELDS) {
      leaveOut(name, RejectionReason.TOO_MANY_FIELDS);
    } else {
      String json = JsonText.quoted(value);
      int bytes = Utf8.length(name) + Utf8.length(json);
      if (otherBytes + bytes > MAX_OTHER_BYTES) {
        leaveOut(name, RejectionReason.TOO_LARGE);
      } else {
        otherFields++;
        otherBytes += bytes;
        draft.otherFields().add(name, json);
      }
    }
  }

  /** Under the name if it looks like one, as a sender may have put anything there. */
  private void leaveOut(String name, RejectionReason reason) {
    boolean isShown = named < MAX_NAMED && name.equals(ClickFaults.shown(name));
    named += isShown ? 1 : 0;
    draft.leaveOut(isShown ? name : OTHERS, reason);
  }

  private static boolean isInteger(String value) {
    int first = value.charAt(0) == '-' ? 1 : 0;
    for (int i = first; i < value.length(); i++) {
      if (value.charAt(i) < '0' || value.charAt(i) > '9') {
        return false;
      }
    }
    return value.length() > first;
  }
}
