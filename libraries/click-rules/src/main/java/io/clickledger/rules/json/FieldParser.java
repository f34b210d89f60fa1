package io.clickledger.rules.json;

import io.clickledger.rules.contract.ClickField;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.Source;
import io.clickledger.rules.money.Currencies;
import io.clickledger.rules.text.Placeholders;
import io.clickledger.rules.web.IpAddress;
import io.clickledger.rules.web.WebAddresses;
import java.time.Instant;

/** Makes values of the texts and numbers of fields. Where one is none: null, and a fault. */
final class FieldParser {

  private static final int UUID_CHARACTERS = 36;
  private static final int MAX_TIME_CHARACTERS = 64;

  private FieldParser() {}

  static String uuid(ClickField field, String value, ClickFaults faults) {
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
    if (!good || Placeholders.isUnfilled(value)) {
      faults.noId(field, "a UUID of 36 characters", value);
      return null;
    }
    return upper ? lowerCase(value) : value;
  }

  static Instant time(ClickField field, String value, ClickFaults faults) {
    Instant time = value.length() > MAX_TIME_CHARACTERS ? null : ClickTimes.parse(value);
    if (time == null) {
      faults.malformed(field, "epoch milliseconds or ISO-8601 with an offset", value);
      return null;
    }
    return time(field, time, value, faults);
  }

  static Instant time(ClickField field, long millis, ClickFaults faults) {
    return time(field, Instant.ofEpochMilli(millis), Long.toString(millis), faults);
  }

  static String id(ClickField field, String value, int max, ClickFaults faults) {
    if (value.length() > max) {
      faults.tooLong(field, value, max);
      return null;
    }
    for (int i = 0; i < value.length(); i++) {
      if (!isIdCharacter(value.charAt(i))) {
        faults.noId(field, "1.." + max + " of A-Z a-z 0-9 . _ : -", value);
        return null;
      }
    }
    if (field.isRequired() && Placeholders.isUnfilled(value)) {
      faults.noId(field, "an id", value);
      return null;
    }
    return value;
  }

  static String anyText(ClickField field, String value, int max, ClickFaults faults) {
    if (isLonger(value, max)) {
      faults.tooLong(field, value, max);
      return null;
    }
    return withoutLoneSurrogate(field, value, faults);
  }

  static IpAddress address(ClickField field, String value, ClickFaults faults) {
    IpAddress address = IpAddress.parse(value);
    if (address == null) {
      faults.malformedSecret(field, "an IPv4 or IPv6 literal", value);
    }
    return address;
  }

  static String url(ClickField field, String value, ClickFaults faults) {
    if (isLonger(value, ClickLimits.CLICK_URL_CHARACTERS)) {
      faults.tooLong(field, value, ClickLimits.CLICK_URL_CHARACTERS);
      return null;
    }
    if (!WebAddresses.isWebAddress(value)) {
      faults.malformedSecret(field, "http(s)://host..., without blanks and user names", value);
      return null;
    }
    return withoutLoneSurrogate(field, value, faults);
  }

  static String currency(ClickField field, String value, ClickFaults faults) {
    if (!Currencies.isKnown(value)) {
      faults.malformed(field, "an ISO 4217 code in capitals", value);
      return null;
    }
    return value;
  }

  static Source source(ClickField field, String value, ClickFaults faults) {
    Source known = Source.find(value);
    if (known == null) {
      faults.malformed(field, "pixel, redirect, s2s or kafka", value);
    }
    return known;
  }

  static boolean isIdCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || (c >= 'A' && c <= 'Z')
        || c == '-'
        || c == '_'
        || c == '.'
        || c == ':';
  }

  /** Characters are Unicode code points, which are never more than the chars. */
  static boolean isLonger(String value, int max) {
    return value.length() > max && value.codePointCount(0, value.length()) > max;
  }

  /** Both times of a record may be wrong, so comparing them with each other is not enough. */
  private static Instant time(ClickField field, Instant time, String value, ClickFaults faults) {
    if (time.isBefore(Instant.EPOCH) || time.isAfter(ClickTimes.LATEST)) {
      faults.notInYears(field, value);
      return null;
    }
    return time;
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

  private static String withoutLoneSurrogate(ClickField field, String value, ClickFaults faults) {
    if (Utf8.hasLoneSurrogate(value)) {
      faults.halfSurrogate(field);
      return null;
    }
    return value;
  }
}
