package io.clickledger.rules.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** UTF-8 as the Unicode standard has it, which is stricter than most decoders. */
final class Utf8 {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  static final int BYTE_ORDER_MARK_BYTES = 3;

  private Utf8() {}

  /**
   * Where the bytes in [from, to) stop being UTF-8, or -1 where they never do. Overlong forms and
   * surrogates are none: Jackson lets them through, and two readers would read two texts.
   */
  static int firstFault(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      // Eight ASCII bytes at a time: nearly every click is nothing else.
      while (i + Long.BYTES <= to && ((long) LONGS.get(bytes, i) & HIGH_BITS) == 0) {
        i += Long.BYTES;
      }
      if (i >= to) {
        break;
      }
      int lead = bytes[i];
      if (lead >= 0) {
        i++;
        continue;
      }
      int length = sequenceLength(bytes, i, to);
      if (length == 0) {
        return i;
      }
      i += length;
    }
    return -1;
  }

  /** Whether a byte order mark stands there. */
  static boolean hasByteOrderMark(byte[] bytes, int from, int to) {
    return to - from >= BYTE_ORDER_MARK_BYTES
        && bytes[from] == (byte) 0xef
        && bytes[from + 1] == (byte) 0xbb
        && bytes[from + 2] == (byte) 0xbf;
  }

  /** How many bytes it takes to write a text without lone surrogates. */
  static int length(String text) {
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Each half of a pair counts two of the pair's four.
      length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return length;
  }

  /** Whether half of a surrogate pair stands alone: JSON can escape it, UTF-8 cannot write it. */
  static boolean hasLoneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  /** Table 3-7 of the Unicode standard; 0 for a sequence that is not in it. */
  private static int sequenceLength(byte[] bytes, int at, int to) {
    int lead = bytes[at] & 0xff;
    int length;
    int least = 0x80;
    int most = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf) {
      length = 2;
    } else if (lead >= 0xe0 && lead <= 0xef) {
      length = 3;
      least = lead == 0xe0 ? 0xa0 : least;
      most = lead == 0xed ? 0x9f : most;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      length = 4;
      least = lead == 0xf0 ? 0x90 : least;
      most = lead == 0xf4 ? 0x8f : most;
    } else {
      return 0;
    }
    if (at + length > to) {
      return 0;
    }
    int second = bytes[at + 1] & 0xff;
    if (second < least || second > most) {
      return 0;
    }
    for (int i = at + 2; i < at + length; i++) {
      if ((bytes[i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return length;
  }
}
