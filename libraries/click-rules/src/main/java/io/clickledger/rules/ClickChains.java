package io.clickledger.rules;

import java.util.Arrays;

/**
 * For each key the clicks that it made, newest first, in arrays of primitives. They have little
 * room left once they are sealed.
 */
final class ClickChains {
  private static final int LEAST = 1 << 10;
  private static final int NONE = -1;

  /** How full the keys are at most while clicks are added, and for good, in percent. */
  private static final int FULL = 60;

  private static final int SEALED = 80;

  private static final int SECOND = 0;
  private static final int CLICK = 1;
  private static final int BEFORE = 2;
  private static final int AD = 3;

  /** Open addressing, linear probing; a place is free where its head is 0. */
  private long[] keys = new long[LEAST];

  /** Index of a key's newest click, plus one. */
  private int[] heads = new int[LEAST];

  private int keyCount;

  /**
   * What is kept of a click stands together, so that a look at it waits for memory once: second,
   * click, index of the click before, and the ad where ads are kept.
   */
  private int[] entries;

  private final int width;
  private int size;

  ClickChains(boolean keepsAds) {
    this.width = keepsAds ? AD + 1 : AD;
    this.entries = new int[LEAST * width];
  }

  /** The key's newest click; negative for a key without any. */
  int newest(long key) {
    return heads[place(keys, heads, key)] - 1;
  }

  /** The click that its key made before that one; negative for the first. */
  int before(int at) {
    return entries[at * width + BEFORE];
  }

  int second(int at) {
    return entries[at * width + SECOND];
  }

  boolean isClick(int at, int click) {
    return entries[at * width + CLICK] == click;
  }

  /** From now on it lies in a future that no window reaches. */
  void forget(int at) {
    entries[at * width + SECOND] = Integer.MAX_VALUE;
  }

  int ad(int at) {
    return width > AD ? entries[at * width + AD] : 0;
  }

  void add(long key, int second, int click, int ad) {
    if (size * width == entries.length) {
      growEntries();
    }
    int place = place(keys, heads, key);
    int from = size * width;
    int last = heads[place] - 1;
    entries[from + SECOND] = second;
    entries[from + CLICK] = click;
    entries[from + BEFORE] = last;
    if (width > AD) {
      entries[from + AD] = ad;
    }
    if (last == NONE) {
      keys[place] = key;
      keyCount++;
    }
    size++;
    heads[place] = size;
    if (keyCount * 100L > keys.length * (long) FULL) {
      resizeKeys(Math.multiplyExact(keys.length, 2));
    }
  }

  /** Gives the room back that no more clicks will need. */
  void seal() {
    entries = Arrays.copyOf(entries, size * width);
    resizeKeys((int) (keyCount * 100L / SEALED) + 1);
  }

  long bytes() {
    return (long) keys.length * (Long.BYTES + Integer.BYTES)
        + (long) entries.length * Integer.BYTES;
  }

  private static int place(long[] keys, int[] heads, long key) {
    int at = ClickHistory.place(ClickHistory.mixed(key), keys.length);
    while (heads[at] != 0 && keys[at] != key) {
      at = at + 1 == keys.length ? 0 : at + 1;
    }
    return at;
  }

  private void resizeKeys(int places) {
    long[] otherKeys = new long[places];
    int[] otherHeads = new int[places];
    for (int i = 0; i < keys.length; i++) {
      if (heads[i] != 0) {
        int at = place(otherKeys, otherHeads, keys[i]);
        otherKeys[at] = keys[i];
        otherHeads[at] = heads[i];
      }
    }
    keys = otherKeys;
    heads = otherHeads;
  }

  private void growEntries() {
    entries = Arrays.copyOf(entries, Math.multiplyExact(Math.addExact(size, size / 2), width));
  }
}
