package io.clickledger.rules.json;

import io.clickledger.rules.contract.ClickField;
import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.rules.privacy.UserIds;
import io.clickledger.rules.text.Placeholders;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The parameters of one click as browsers, macros and partners send them. A query that is not well
 * formed is read as far as it can be; an empty parameter is an absent one; a repeat with the same
 * value is one parameter, and of different values the first one counts, except where the click
 * depends on it. For one request and one thread.
 */
public final class ClickParameters {

  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, RejectionReason> leftOut = new LinkedHashMap<>();
  private final Set<ClickField> contradicted = EnumSet.noneOf(ClickField.class);

  /** Adds the parameters of a query, or of a form; null has none. */
  public ClickParameters addQuery(String query) {
    if (query == null) {
      return this;
    }
    int from = 0;
    while (from < query.length()) {
      int and = query.indexOf('&', from);
      int to = and < 0 ? query.length() : and;
      int equals = query.indexOf('=', from);
      if (equals >= 0 && equals < to) {
        add(
            PercentText.decoded(query.substring(from, equals)),
            PercentText.decoded(query.substring(equals + 1, to)));
      }
      from = to + 1;
    }
    return this;
  }

  /** Adds a parameter. */
  public void add(String name, String value) {
    if (name.isEmpty() || value.isEmpty() || name.equals(ClickDraft.FAULTS)) {
      return;
    }
    ClickField field = ClickField.find(name);
    if (isPlaceholder(field, value)) {
      leaveOut(name, RejectionReason.PLACEHOLDER);
      return;
    }
    String earlier = values.putIfAbsent(name, value);
    if (earlier != null && !earlier.equals(value)) {
      if (field != null && field.isRequired()) {
        contradicted.add(field);
      } else {
        leaveOut(name, RejectionReason.DUPLICATE_FIELD);
      }
    }
  }

  /**
   * Adds what a header says, unless the parameter was sent.
   *
   * @param value null where it says nothing
   */
  public void addIfAbsent(String name, String value) {
    if (value != null && !values.containsKey(name)) {
      add(name, value);
    }
  }

  /**
   * Sets what the connection says, in place of a parameter.
   *
   * @param value null where it says nothing
   */
  public void set(ClickField field, String value) {
    String sent = value == null ? values.remove(field.wireName()) : put(field, value);
    if (sent != null) {
      leaveOut(field.wireName(), RejectionReason.NOT_ALLOWED);
    }
  }

  /** Sets a parameter that was not sent. */
  public void setIfAbsent(ClickField field, String value) {
    values.putIfAbsent(field.wireName(), value);
  }

  private String put(ClickField field, String value) {
    return values.put(field.wireName(), value);
  }

  Map<String, String> values() {
    return values;
  }

  Map<String, RejectionReason> leftOut() {
    return leftOut;
  }

  Set<ClickField> contradicted() {
    return contradicted;
  }

  private void leaveOut(String name, RejectionReason reason) {
    leftOut.putIfAbsent(name, reason);
  }

  /** An ad or publisher cannot be guessed, so its placeholder is left to be refused. */
  private static boolean isPlaceholder(ClickField field, String value) {
    if (field == null || field == ClickField.AD_ID || field == ClickField.PUBLISHER_ID) {
      return false;
    }
    return field == ClickField.USER_ID
        ? UserIds.isPlaceholder(value)
        : Placeholders.isUnfilled(value);
  }
}
