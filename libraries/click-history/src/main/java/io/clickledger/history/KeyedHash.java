package io.clickledger.history;

import io.clickledger.rules.history.ClickHistory;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * SipHash-1-3 (Aumasson and Bernstein, 2012): a keyed hash of values that senders choose. No sender
 * can compute it, so no sender can produce collisions. One instance is for one thread.
 */
final class KeyedHash {
  private static final int LENGTH_SHIFT = Long.SIZE - Byte.SIZE;

  private final long firstKey;
  private final long secondKey;

  private long v0;
  private long v1;
  private long v2;
  private long v3;

  /**
   * @param secret any number that senders do not know
   */
  KeyedHash(long secret) {
    firstKey = secret;
    secondKey = ClickHistory.mixed(secret);
  }

  /** The hash of a UUID. */
  long of(long high, long low) {
    begin();
    add(high);
    add(low);
    return end(2L * Long.BYTES << LENGTH_SHIFT);
  }

  /** The hash of a text. */
  long of(UTF8String text) {
    begin();
    Object base = text.getBaseObject();
    long start = text.getBaseOffset();
    int bytes = text.numBytes();
    int at = 0;
    for (; at + Long.BYTES <= bytes; at += Long.BYTES) {
      add(Platform.getLong(base, start + at));
    }
    long last = (long) bytes << LENGTH_SHIFT;
    for (int shift = 0; at < bytes; at++, shift += Byte.SIZE) {
      last |= (Platform.getByte(base, start + at) & 0xffL) << shift;
    }
    return end(last);
  }

  private void begin() {
    v0 = firstKey ^ 0x736f6d6570736575L;
    v1 = secondKey ^ 0x646f72616e646f6dL;
    v2 = firstKey ^ 0x6c7967656e657261L;
    v3 = secondKey ^ 0x7465646279746573L;
  }

  private void add(long word) {
    v3 ^= word;
    round();
    v0 ^= word;
  }

  private long end(long last) {
    add(last);
    v2 ^= 0xff;
    round();
    round();
    round();
    return v0 ^ v1 ^ v2 ^ v3;
  }

  private void round() {
    v0 += v1;
    v1 = Long.rotateLeft(v1, 13) ^ v0;
    v0 = Long.rotateLeft(v0, 32);
    v2 += v3;
    v3 = Long.rotateLeft(v3, 16) ^ v2;
    v0 += v3;
    v3 = Long.rotateLeft(v3, 21) ^ v0;
    v2 += v1;
    v1 = Long.rotateLeft(v1, 17) ^ v2;
    v2 = Long.rotateLeft(v2, 32);
  }
}
