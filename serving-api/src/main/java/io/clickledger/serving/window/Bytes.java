package io.clickledger.serving.window;

import java.util.Arrays;

/** Bytes that grow as they are written. */
final class Bytes {
  private byte[] written = new byte[256];
  private int size;

  int size() {
    return size;
  }

  byte[] trimmed() {
    return Arrays.copyOf(written, size);
  }

  void writeByte(int value) {
    if (size == written.length) {
      written = Arrays.copyOf(written, size + (size >> 1));
    }
    written[size++] = (byte) value;
  }

  /** As {@link Row} reads it: the sign in the lowest bit, then seven bits a byte. */
  void writeLong(long value) {
    long bits = value << 1 ^ value >> 63;
    while ((bits & ~0x7FL) != 0) {
      writeByte((int) bits & 0x7F | 0x80);
      bits >>>= 7;
    }
    writeByte((int) bits);
  }
}
