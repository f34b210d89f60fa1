package io.clickledger.rules.json;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;

/** Parses the times of a click and checks that they are plausible. */
public final class ClickTimes {

  /** How long before the reference a click may have happened. */
  public static final Duration MAX_BEFORE_REFERENCE = Duration.ofDays(35);

  /** How long after the reference, for clocks that run ahead. */
  public static final Duration MAX_AFTER_REFERENCE = Duration.ofMinutes(5);

  /** The last time that four digits of a year can say. */
  static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

  private static final int MICRO = 1_000;

  private ClickTimes() {}

  /** Whether the time is too far behind the reference. */
  static boolean isTooEarly(Instant time, Instant reference) {
    return Duration.between(time, reference).compareTo(MAX_BEFORE_REFERENCE) > 0;
  }

  /** Whether the time is too far ahead of the reference. */
  static boolean isTooLate(Instant time, Instant reference) {
    return Duration.between(reference, time).compareTo(MAX_AFTER_REFERENCE) > 0;
  }

  /**
   * Whether a time would be near enough if its milliseconds were meant as seconds: the usual
   * mistake, and a time in 1970 alone does not say so.
   */
  static boolean isBelievableInSeconds(Instant time, Instant reference) {
    long millis = time.toEpochMilli();
    if (millis < 0 || millis > Integer.MAX_VALUE * 2L) {
      return false;
    }
    Instant meant = Instant.ofEpochSecond(millis);
    return !isTooEarly(meant, reference) && !isTooLate(meant, reference);
  }

  /**
   * The instant of {@code 2026-11-20T10:00[:00[.123456789]](Z|+01:00|+0100|+01)}, T and Z also
   * small, digits after the sixth cut off as tables keep microseconds; null for any other text.
   */
  static Instant parse(String text) {
    // By hand: no exception for each bad time of a bad producer, and no leniency of one JDK only.
    if (text.length() < 17
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || (text.charAt(10) != 'T' && text.charAt(10) != 't')
        || text.charAt(13) != ':') {
      return null;
    }
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 2);
    int day = digits(text, 8, 2);
    int hour = digits(text, 11, 2);
    int minute = digits(text, 14, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23) {
      return null;
    }
    if (minute < 0
        || minute > 59
        || (day > 28 && day > YearMonth.of(year, month).lengthOfMonth())) {
      return null;
    }
    int at = 16;
    int second = 0;
    int nano = 0;
    if (text.charAt(at) == ':') {
      second = digits(text, at + 1, 2);
      if (second < 0 || second > 59) {
        return null;
      }
      at += 3;
      if (at < text.length() && text.charAt(at) == '.') {
        int start = ++at;
        int unit = 100_000_000;
        while (at < text.length() && digit(text, at) >= 0) {
          nano += digit(text, at) * unit;
          unit /= 10;
          at++;
        }
        if (at == start) {
          return null;
        }
      }
    }
    int offset = offsetSeconds(text, at);
    if (offset == Integer.MIN_VALUE) {
      return null;
    }
    long epochDay = LocalDate.of(year, month, day).toEpochDay();
    return Instant.ofEpochSecond(
        epochDay * 86_400 + hour * 3_600L + minute * 60L + second - offset, nano - nano % MICRO);
  }

  /** Seconds east of UTC of the text from there to its end; MIN_VALUE for no offset. */
  private static int offsetSeconds(String text, int from) {
    int length = text.length() - from;
    if (length == 1 && (text.charAt(from) == 'Z' || text.charAt(from) == 'z')) {
      return 0;
    }
    if (length != 3 && length != 5 && length != 6) {
      return Integer.MIN_VALUE;
    }
    char sign = text.charAt(from);
    int hours = digits(text, from + 1, 2);
    int minutes = 0;
    if (length == 6) {
      minutes = text.charAt(from + 3) == ':' ? digits(text, from + 4, 2) : -1;
    } else if (length == 5) {
      minutes = digits(text, from + 3, 2);
    }
    if ((sign != '+' && sign != '-') || hours < 0 || minutes < 0 || minutes > 59) {
      return Integer.MIN_VALUE;
    }
    int seconds = hours * 3_600 + minutes * 60;
    if (seconds > 18 * 3_600) {
      return Integer.MIN_VALUE;
    }
    return sign == '-' ? -seconds : seconds;
  }

  /** The number that so many digits make; -1 where one is none. */
  private static int digits(String text, int from, int count) {
    if (from + count > text.length()) {
      return -1;
    }
    int number = 0;
    for (int i = from; i < from + count; i++) {
      int digit = digit(text, i);
      if (digit < 0) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  private static int digit(String text, int at) {
    int digit = text.charAt(at) - '0';
    return digit >= 0 && digit <= 9 ? digit : -1;
  }
}
