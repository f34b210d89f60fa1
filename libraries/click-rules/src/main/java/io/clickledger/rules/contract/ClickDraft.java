package io.clickledger.rules.contract;

import io.clickledger.rules.money.Currencies;
import io.clickledger.rules.web.IpAddress;
import io.clickledger.rules.web.WebAddresses;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A click while its record is being read: takes one field after the other in any order, checks
 * each, and ends as a click or as all that is wrong. For one record and one thread.
 */
final class ClickDraft {

  private static final int UUID_CHARACTERS = 36;
  private static final int MAX_TIME_CHARACTERS = 64;
  private static final int MAX_ECHO_CHARACTERS = 40;
  private static final ClickField[] FIELDS = ClickField.values();

  private String clickId;
  private Instant clickedAt;
  private Instant receivedAt;
  private Source source;
  private String adId;
  private String publisherId;
  private String campaignId;
  private String impressionId;
  private String userId;
  private IpAddress ipAddress;
  private String userAgent;
  private String clickUrl;
  private Long claimedCostMicros;
  private String currency;
  private Boolean suspectedDuplicate;

  /** A bit for each field of the contract that the record names, present or null. */
  private int named;

  /** A bit for each field of the contract that has a value, good or bad. */
  private int present;

  /** At most one fault for each field of the contract; null while there is none. */
  private Fault[] faults;

  private List<Fault> otherFaults;
  private TreeMap<String, String> otherFields;
  private int otherFieldCount;
  private long otherFieldBytes;

  /** Notes that the record names the field; false where it did before. */
  boolean name(ClickField field) {
    int bit = 1 << field.ordinal();
    if ((named & bit) != 0) {
      fault(field, RejectionReason.DUPLICATE_FIELD, field.wireName() + " must be there once");
      return false;
    }
    named |= bit;
    return true;
  }

  /** Takes a text. */
  void text(ClickField field, String value) {
    present |= 1 << field.ordinal();
    if (value.isEmpty() && field != ClickField.USER_AGENT) {
      fault(field, RejectionReason.EMPTY, field.wireName() + " must not be empty, was \"\"");
      return;
    }
    switch (field) {
      case CLICK_ID -> clickId = uuid(field, value);
      case CLICKED_AT -> clickedAt = time(field, value);
      case AD_ID -> adId = id(field, value, ClickLimits.ID_CHARACTERS);
      case PUBLISHER_ID -> publisherId = id(field, value, ClickLimits.ID_CHARACTERS);
      case USER_ID -> userId = anyText(field, value, ClickLimits.USER_ID_CHARACTERS);
      case IP_ADDRESS -> ipAddress = address(field, value);
      case USER_AGENT -> userAgent = anyText(field, value, ClickLimits.USER_AGENT_CHARACTERS);
      case CAMPAIGN_ID -> campaignId = id(field, value, ClickLimits.ID_CHARACTERS);
      case IMPRESSION_ID -> impressionId = id(field, value, ClickLimits.IMPRESSION_ID_CHARACTERS);
      case CLICK_URL -> clickUrl = url(field, value);
      case CURRENCY -> currency = currency(field, value);
      case RECEIVED_AT -> receivedAt = time(field, value);
      case SOURCE -> source = source(field, value);
      case CLAIMED_COST_MICROS, SUSPECTED_DUPLICATE -> wrongType(field, "a text");
      default -> throw new IllegalStateException("no rule for " + field);
    }
  }

  /** Takes an integer. */
  void integer(ClickField field, long value) {
    present |= 1 << field.ordinal();
    switch (field) {
      case CLICKED_AT -> clickedAt = time(field, value);
      case RECEIVED_AT -> receivedAt = time(field, value);
      case CLAIMED_COST_MICROS -> {
        if (value < 0 || value > ClickLimits.CLAIMED_COST_MICROS) {
          outOfRange(field, Long.toString(value));
        } else {
          claimedCostMicros = value;
        }
      }
      default -> wrongType(field, "a number");
    }
  }

  /** Takes an integer that no long holds. */
  void hugeInteger(ClickField field) {
    present |= 1 << field.ordinal();
    switch (field) {
      case CLICKED_AT, RECEIVED_AT, CLAIMED_COST_MICROS ->
          outOfRange(field, "a number of more than 64 bits");
      default -> wrongType(field, "a number");
    }
  }

  /** Takes true or false. */
  void truth(ClickField field, Boolean value) {
    present |= 1 << field.ordinal();
    if (field == ClickField.SUSPECTED_DUPLICATE) {
      suspectedDuplicate = value;
    } else {
      wrongType(field, value.toString());
    }
  }

  /** Takes a value of a kind that no field has. */
  void other(ClickField field, String kind) {
    present |= 1 << field.ordinal();
    wrongType(field, kind);
  }

  /** Takes a value that a poster may not send. */
  void notAllowed(ClickField field) {
    present |= 1 << field.ordinal();
    fault(
        field,
        RejectionReason.NOT_ALLOWED,
        field.wireName() + " must be absent, only ingestion sets it");
  }

  /** Takes a field that the contract does not know, its value as compact JSON. */
  void otherField(String name, String json) {
    countOtherField(name);
    otherFieldBytes += Utf8.length(name) + Utf8.length(json);
    if (otherFields == null) {
      otherFields = new TreeMap<>();
    }
    if (otherFields.put(name, json) != null) {
      otherFault(RejectionReason.DUPLICATE_FIELD, name, shown(name) + " must be there once");
    }
  }

  /** Takes a field that the contract does not know and whose value cannot be kept. */
  void otherFieldAtFault(String name, RejectionReason reason, String detail) {
    countOtherField(name);
    otherFault(reason, name, shown(name) + " " + detail);
  }

  /**
   * The click, or its faults. {@code kafkaTimestamp} is the reference for the times where ingestion
   * left none.
   */
  ReadResult landed(Instant kafkaTimestamp) {
    if (receivedAt != null && ClickTimes.isTooLate(receivedAt, kafkaTimestamp)) {
      fault(
          ClickField.RECEIVED_AT,
          RejectionReason.TOO_LATE,
          "received_at must be at most "
              + words(ClickTimes.MAX_AFTER_REFERENCE)
              + " after the Kafka timestamp "
              + kafkaTimestamp
              + ", was "
              + receivedAt);
    }
    if (source == null) {
      source = Source.KAFKA;
    }
    if (faults != null && faults[ClickField.RECEIVED_AT.ordinal()] != null) {
      return judged(null);
    }
    return judged(receivedAt == null ? kafkaTimestamp : receivedAt);
  }

  /** The click as ingestion stamps it, or its faults. */
  ReadResult posted(Instant now, Source from) {
    receivedAt = now;
    source = from;
    return judged(now);
  }

  /** Null for a reference that is itself at fault: nothing can be said about clicked_at then. */
  private ReadResult judged(Instant reference) {
    require(ClickField.CLICK_ID);
    require(ClickField.CLICKED_AT);
    require(ClickField.AD_ID);
    require(ClickField.PUBLISHER_ID);
    checkClickedAt(reference);
    checkPair();
    checkOtherFields();
    if (faults == null && otherFaults == null) {
      return new ReadResult.Accepted(click());
    }
    List<Fault> all = new ArrayList<>();
    if (faults != null) {
      for (Fault fault : faults) {
        if (fault != null) {
          all.add(fault);
        }
      }
    }
    if (otherFaults != null) {
      all.addAll(otherFaults);
    }
    return new ReadResult.Rejected(all);
  }

  private Click click() {
    return new Click(
        clickId,
        clickedAt,
        receivedAt,
        source,
        adId,
        publisherId,
        campaignId,
        impressionId,
        userId,
        ipAddress,
        userAgent,
        clickUrl,
        claimedCostMicros,
        currency,
        suspectedDuplicate,
        otherFields);
  }

  private void require(ClickField field) {
    if ((present & 1 << field.ordinal()) == 0) {
      fault(field, RejectionReason.MISSING, field.wireName() + " must be there, was absent");
    }
  }

  private void checkClickedAt(Instant reference) {
    if (clickedAt == null || reference == null) {
      return;
    }
    if (ClickTimes.isTooEarly(clickedAt, reference)) {
      fault(
          ClickField.CLICKED_AT,
          RejectionReason.TOO_EARLY,
          "clicked_at must be at most "
              + words(ClickTimes.MAX_BEFORE_REFERENCE)
              + " before "
              + reference
              + ", was "
              + clickedAt
              + (ClickTimes.isBelievableInSeconds(clickedAt, reference)
                  ? " (seconds? an integer is milliseconds)"
                  : ""));
    } else if (ClickTimes.isTooLate(clickedAt, reference)) {
      fault(
          ClickField.CLICKED_AT,
          RejectionReason.TOO_LATE,
          "clicked_at must be at most "
              + words(ClickTimes.MAX_AFTER_REFERENCE)
              + " after "
              + reference
              + ", was "
              + clickedAt);
    }
  }

  private void checkPair() {
    boolean cost = (present & 1 << ClickField.CLAIMED_COST_MICROS.ordinal()) != 0;
    boolean unit = (present & 1 << ClickField.CURRENCY.ordinal()) != 0;
    if (cost != unit) {
      ClickField absent = cost ? ClickField.CURRENCY : ClickField.CLAIMED_COST_MICROS;
      fault(
          absent,
          RejectionReason.INCOMPLETE_PAIR,
          "claimed_cost_micros and currency must come together, "
              + absent.wireName()
              + " was absent");
    }
  }

  private void checkOtherFields() {
    if (otherFieldCount > ClickLimits.OTHER_FIELDS) {
      otherFault(
          RejectionReason.TOO_MANY_FIELDS,
          null,
          "unknown fields must be at most "
              + ClickLimits.OTHER_FIELDS
              + ", were "
              + otherFieldCount);
    }
    if (otherFieldBytes > ClickLimits.OTHER_FIELDS_BYTES) {
      otherFault(
          RejectionReason.TOO_LARGE,
          null,
          "unknown fields must take at most "
              + ClickLimits.OTHER_FIELDS_BYTES
              + " bytes, took "
              + otherFieldBytes);
    }
  }

  private String uuid(ClickField field, String value) {
    boolean upper = false;
    boolean good = value.length() == UUID_CHARACTERS;
    for (int i = 0; good && i < UUID_CHARACTERS; i++) {
      char c = value.charAt(i);
      if (i == 8 || i == 13 || i == 18 || i == 23) {
        good = c == '-';
      } else if (c >= 'A' && c <= 'F') {
        upper = true;
      } else {
        good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      }
    }
    if (!good) {
      malformed(field, "a UUID of 36 characters", value);
      return null;
    }
    return upper ? lowerCase(value) : value;
  }

  /** Not String.toLowerCase: a UUID is ASCII, and the answer must not ask a locale. */
  private static String lowerCase(String uuid) {
    char[] chars = uuid.toCharArray();
    for (int i = 0; i < chars.length; i++) {
      if (chars[i] >= 'A' && chars[i] <= 'F') {
        chars[i] += 'a' - 'A';
      }
    }
    return new String(chars);
  }

  private Instant time(ClickField field, String value) {
    Instant time = value.length() > MAX_TIME_CHARACTERS ? null : ClickTimes.parse(value);
    if (time == null) {
      malformed(field, "epoch milliseconds or ISO-8601 with an offset", value);
      return null;
    }
    return time(field, time, value);
  }

  private Instant time(ClickField field, long millis) {
    return time(field, Instant.ofEpochMilli(millis), Long.toString(millis));
  }

  /** Both times of a record may be wrong, so comparing them with each other is not enough. */
  private Instant time(ClickField field, Instant time, String value) {
    if (time.isBefore(Instant.EPOCH) || time.isAfter(ClickTimes.LATEST)) {
      fault(
          field,
          RejectionReason.OUT_OF_RANGE,
          field.wireName() + " must be in the years 1970 to 9999, was " + shown(value));
      return null;
    }
    return time;
  }

  private String id(ClickField field, String value, int max) {
    if (value.length() > max) {
      tooLong(field, value, max);
      return null;
    }
    for (int i = 0; i < value.length(); i++) {
      if (!isIdCharacter(value.charAt(i))) {
        malformed(field, "1.." + max + " of A-Z a-z 0-9 . _ : -", value);
        return null;
      }
    }
    return value;
  }

  private static boolean isIdCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || (c >= 'A' && c <= 'Z')
        || c == '-'
        || c == '_'
        || c == '.'
        || c == ':';
  }

  private String anyText(ClickField field, String value, int max) {
    if (isLonger(value, max)) {
      tooLong(field, value, max);
      return null;
    }
    return withoutLoneSurrogate(field, value);
  }

  private String withoutLoneSurrogate(ClickField field, String value) {
    if (Utf8.hasLoneSurrogate(value)) {
      fault(
          field,
          RejectionReason.MALFORMED,
          field.wireName() + " must be Unicode text, had half of a surrogate pair");
      return null;
    }
    return value;
  }

  private IpAddress address(ClickField field, String value) {
    IpAddress address = IpAddress.parse(value);
    if (address == null) {
      fault(
          field,
          RejectionReason.MALFORMED,
          "ip_address must be an IPv4 or IPv6 literal, was " + length(value));
    }
    return address;
  }

  private String url(ClickField field, String value) {
    if (isLonger(value, ClickLimits.CLICK_URL_CHARACTERS)) {
      tooLong(field, value, ClickLimits.CLICK_URL_CHARACTERS);
      return null;
    }
    if (!WebAddresses.isWebAddress(value)) {
      fault(
          field,
          RejectionReason.MALFORMED,
          "click_url must be http(s)://host..., without blanks and user names, was "
              + length(value));
      return null;
    }
    return withoutLoneSurrogate(field, value);
  }

  private String currency(ClickField field, String value) {
    if (!Currencies.isKnown(value)) {
      malformed(field, "an ISO 4217 code in capitals", value);
      return null;
    }
    return value;
  }

  private Source source(ClickField field, String value) {
    Source known = Source.find(value);
    if (known == null) {
      malformed(field, "pixel, redirect, s2s or kafka", value);
    }
    return known;
  }

  private void tooLong(ClickField field, String value, int max) {
    fault(
        field,
        RejectionReason.TOO_LONG,
        field.wireName() + " must be at most " + max + " characters, was " + length(value));
  }

  private void malformed(ClickField field, String allowed, String value) {
    fault(
        field,
        RejectionReason.MALFORMED,
        field.wireName() + " must be " + allowed + ", was " + shown(value));
  }

  private void outOfRange(ClickField field, String was) {
    String allowed =
        field == ClickField.CLAIMED_COST_MICROS
            ? "0.." + ClickLimits.CLAIMED_COST_MICROS
            : "epoch milliseconds";
    fault(
        field,
        RejectionReason.OUT_OF_RANGE,
        field.wireName() + " must be " + allowed + ", was " + was);
  }

  private void wrongType(ClickField field, String was) {
    String allowed =
        switch (field) {
          case CLICKED_AT, RECEIVED_AT -> "an integer or a text";
          case CLAIMED_COST_MICROS -> "an integer";
          case SUSPECTED_DUPLICATE -> "true or false";
          default -> "a text";
        };
    fault(
        field,
        RejectionReason.WRONG_TYPE,
        field.wireName() + " must be " + allowed + ", was " + was);
  }

  private void fault(ClickField field, RejectionReason reason, String detail) {
    if (faults == null) {
      faults = new Fault[FIELDS.length];
    }
    Fault earlier = faults[field.ordinal()];
    // It is unknown which of two values was meant, so the repetition is reported instead of their
    // faults.
    if (earlier == null || reason == RejectionReason.DUPLICATE_FIELD) {
      faults[field.ordinal()] = new Fault(reason, field.wireName(), detail);
    }
  }

  private void countOtherField(String name) {
    otherFieldCount++;
    if (name.isEmpty() || isLonger(name, ClickLimits.OTHER_FIELD_NAME_CHARACTERS)) {
      otherFault(
          name.isEmpty() ? RejectionReason.EMPTY : RejectionReason.TOO_LONG,
          null,
          "names of unknown fields must be 1.."
              + ClickLimits.OTHER_FIELD_NAME_CHARACTERS
              + " characters, one was "
              + length(name));
    }
  }

  private void otherFault(RejectionReason reason, String name, String detail) {
    if (otherFaults == null) {
      otherFaults = new ArrayList<>();
    }
    if (otherFaults.size() < ClickLimits.OTHER_FIELDS) {
      boolean showable = name != null && name.equals(shown(name));
      otherFaults.add(new Fault(reason, showable ? name : null, detail));
    }
  }

  private static String words(Duration duration) {
    return duration.toDays() > 0 ? duration.toDays() + " days" : duration.toMinutes() + " minutes";
  }

  /** Characters are Unicode code points, which are never more than the chars. */
  private static boolean isLonger(String value, int max) {
    return value.length() > max && value.codePointCount(0, value.length()) > max;
  }

  private static String length(String value) {
    return "a text of " + value.codePointCount(0, value.length()) + " characters";
  }

  /**
   * The value where it is short and looks like an id, a number or a time; else its length. A faulty
   * value may be personal data, such as an e-mail address in the wrong field, and details are
   * stored.
   */
  private static String shown(String value) {
    if (value.length() > MAX_ECHO_CHARACTERS) {
      return length(value);
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (!isIdCharacter(c) && c != '+' && c != '/') {
        return length(value);
      }
    }
    return value;
  }
}
