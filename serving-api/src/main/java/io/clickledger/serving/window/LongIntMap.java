package io.clickledger.serving.window;

import java.util.Arrays;

/** Numbers the distinct longs that it is given, from 0 on, without an object for each. */
final class LongIntMap {
  private static final int ABSENT = -1;

  private long[] keys = new long[16];
  private int[] values = new int[16];
  private int size;

  LongIntMap() {
    Arrays.fill(values, ABSENT);
  }

  int size() {
    return size;
  }

  /** The key's number; the next free one where it is new. */
  int numberOf(long key) {
    if (2 * size >= keys.length) {
      grow();
    }
    int slot = slot(key);
    if (values[slot] == ABSENT) {
      keys[slot] = key;
      values[slot] = size++;
    }
    return values[slot];
  }

  /** All keys, by their numbers. */
  long[] keys() {
    long[] all = new long[size];
    for (int slot = 0; slot < keys.length; slot++) {
      if (values[slot] != ABSENT) {
        all[values[slot]] = keys[slot];
      }
    }
    return all;
  }

  private int slot(long key) {
    int mask = keys.length - 1;
    long mixed = key * 0x9E3779B97F4A7C15L;
    int slot = (int) (mixed >>> 32) & mask;
    while (values[slot] != ABSENT && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    keys = new long[2 * oldKeys.length];
    values = new int[keys.length];
    Arrays.fill(values, ABSENT);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != ABSENT) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        values[slot] = oldValues[i];
      }
    }
  }
}
