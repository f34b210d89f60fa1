package io.clickledger.rules.json;

import io.clickledger.rules.contract.ClickField;
import io.clickledger.rules.contract.JsonText;
import io.clickledger.rules.contract.RejectionReason;
import java.util.Map;

/** Reads a click out of the parameters of a query. */
final class ParameterReader {

  private ParameterReader() {}

  static ReadResult read(Map<String, String> parameters, Origin origin) {
    ClickDraft draft = new ClickDraft();
    parameters.forEach(
        (name, value) -> {
          if (!value.isEmpty()) {
            take(name, value, draft);
          }
        });
    return origin.judge(draft);
  }

  private static void take(String name, String value, ClickDraft draft) {
    ClickField field = ClickField.find(name);
    if (field == null) {
      if (Utf8.hasLoneSurrogate(name) || Utf8.hasLoneSurrogate(value)) {
        draft
            .otherFields()
            .addAtFault(
                name,
                RejectionReason.MALFORMED,
                "must be Unicode text, had half of a surrogate pair");
      } else {
        draft.otherFields().add(name, JsonText.quoted(value));
      }
      return;
    }
    draft.name(field);
    if (field.isSetByIngestion()) {
      draft.notAllowed(field);
    } else if ((field == ClickField.CLICKED_AT || field == ClickField.CLAIMED_COST_MICROS)
        && isInteger(value)) {
      try {
        draft.integer(field, Long.parseLong(value));
      } catch (NumberFormatException e) {
        draft.hugeInteger(field);
      }
    } else {
      draft.text(field, value);
    }
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
