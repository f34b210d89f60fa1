package io.clickledger.rules;

import java.util.Arrays;

/** For each key the clicks that it made, newest first, in arrays of primitives. */
final class ClickChains {
  private static final int LEAST = 1 << 10;
  private static final int NONE = -1;

  private final boolean keepsAds;

  /** Open addressing, linear probing; a place is free where its head is 0. */
  private long[] keys = new long[LEAST];

  /** Index of a key's newest click, plus one. */
  private int[] heads = new int[LEAST];

  private int keyCount;

  private int[] seconds = new int[LEAST];
  private int[] clicks = new int[LEAST];
  private int[] ads;
  private int[] before = new int[LEAST];
  private int size;

  ClickChains(boolean keepsAds) {
    this.keepsAds = keepsAds;
    this.ads = new int[keepsAds ? LEAST : 0];
  }

  /** The key's newest click; negative for a key without any. */
  int newest(long key) {
    return heads[place(keys, heads, key)] - 1;
  }

  /** The click that its key made before that one; negative for the first. */
  int before(int at) {
    return before[at];
  }

  int second(int at) {
    return seconds[at];
  }

  boolean isClick(int at, int click) {
    return clicks[at] == click;
  }

  /** From now on it lies in a future that no window reaches. */
  void forget(int at) {
    seconds[at] = Integer.MAX_VALUE;
  }

  int ad(int at) {
    return keepsAds ? ads[at] : 0;
  }

  void add(long key, int second, int click, int ad) {
    if (size == seconds.length) {
      growClicks();
    }
    int place = place(keys, heads, key);
    seconds[size] = second;
    clicks[size] = click;
    if (keepsAds) {
      ads[size] = ad;
    }
    before[size] = heads[place] - 1;
    if (before[size] == NONE) {
      keys[place] = key;
      keyCount++;
    }
    size++;
    heads[place] = size;
    if (keyCount * 10L > keys.length * 6L) {
      growKeys();
    }
  }

  long bytes() {
    return (long) keys.length * (Long.BYTES + Integer.BYTES)
        + (long) seconds.length * Integer.BYTES * (keepsAds ? 4 : 3);
  }

  private static int place(long[] keys, int[] heads, long key) {
    int mask = keys.length - 1;
    int at = (int) ClickHistory.mixed(key) & mask;
    while (heads[at] != 0 && keys[at] != key) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void growKeys() {
    long[] largerKeys = new long[Math.multiplyExact(keys.length, 2)];
    int[] largerHeads = new int[largerKeys.length];
    for (int i = 0; i < keys.length; i++) {
      if (heads[i] != 0) {
        int at = place(largerKeys, largerHeads, keys[i]);
        largerKeys[at] = keys[i];
        largerHeads[at] = heads[i];
      }
    }
    keys = largerKeys;
    heads = largerHeads;
  }

  private void growClicks() {
    int larger = Math.addExact(size, size / 2);
    seconds = Arrays.copyOf(seconds, larger);
    clicks = Arrays.copyOf(clicks, larger);
    before = Arrays.copyOf(before, larger);
    if (keepsAds) {
      ads = Arrays.copyOf(ads, larger);
    }
  }
}
