package io.clickledger.rules.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Names and values of a query, decoded so that no text is refused and no two become one. */
final class PercentText {

  private static final int MAX_UTF8_BYTES = 3;

  private PercentText() {}

  /**
   * The text of percent-encoded UTF-8, with + for a blank. A percent sign before anything but two
   * hexadecimal digits stands for itself, and so does one after another: %%CACHEBUSTER%% has no %CA
   * in it. Bytes that are not UTF-8 are read as ISO 8859-1, in which every byte is a character of
   * its own: readers that replace them make one user of many.
   */
  static String decoded(String encoded) {
    if (encoded.indexOf('%') < 0 && encoded.indexOf('+') < 0) {
      return encoded;
    }
    byte[] bytes = new byte[encoded.length() * MAX_UTF8_BYTES];
    int length = 0;
    int i = 0;
    while (i < encoded.length()) {
      char c = encoded.charAt(i);
      boolean isAfterPercent = i > 0 && encoded.charAt(i - 1) == '%';
      int escaped = c == '%' && !isAfterPercent ? escaped(encoded, i) : -1;
      if (escaped >= 0) {
        bytes[length++] = (byte) escaped;
        i += 3;
      } else if (c < 0x80) {
        bytes[length++] = (byte) (c == '+' ? ' ' : c);
        i++;
      } else {
        int end = encoded.offsetByCodePoints(i, 1);
        byte[] character = encoded.substring(i, end).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(character, 0, bytes, length, character.length);
        length += character.length;
        i = end;
      }
    }
    byte[] text = Arrays.copyOf(bytes, length);
    return new String(
        text,
        Utf8.firstFault(text, 0, length) < 0
            ? StandardCharsets.UTF_8
            : StandardCharsets.ISO_8859_1);
  }

  private static int escaped(String text, int at) {
    if (at + 2 >= text.length()) {
      return -1;
    }
    int high = hexDigit(text.charAt(at + 1));
    int low = hexDigit(text.charAt(at + 2));
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  /** Not Character.digit, which also takes digits of other scripts. */
  private static int hexDigit(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }
}
