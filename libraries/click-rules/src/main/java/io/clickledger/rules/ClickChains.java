package io.clickledger.rules;

import java.util.Arrays;

/**
 * For each key the clicks that it made, in arrays of primitives, the last made first: whoever looks
 * back so many seconds is done at the first click that was made before. They have little room left
 * once they are sealed.
 */
final class ClickChains {
  private static final int LEAST = 1 << 10;
  private static final int NONE = -1;

  /** How full the keys are at most while clicks are added, and for good, in percent. */
  private static final int FULL = 60;

  private static final int SEALED = 80;

  private static final int SECOND = 0;
  private static final int CLICK = 1;
  private static final int NEXT = 2;
  private static final int AD = 3;

  private static final int KEY_LOW = 1;
  private static final int HEAD = 2;
  private static final int COUNT = 3;
  private static final int PLACE = COUNT + 1;

  /**
   * Open addressing, linear probing. What is kept of a key stands together, so that a look at it
   * waits for memory once: the key's two halves, index of its first click, and how many clicks it
   * has, which is 0 where the place is free.
   */
  private int[] keys = new int[LEAST * PLACE];

  private int keyCount;

  /** As of a key: second, click, index of the next click, and the ad where ads are kept. */
  private int[] entries;

  private final int width;
  private int size;

  ClickChains(boolean keepsAds) {
    this.width = keepsAds ? AD + 1 : AD;
    this.entries = new int[LEAST * width];
  }

  /** Where the key is, for {@link #first} and {@link #count}, until the next click is added. */
  int place(long key) {
    return place(keys, key);
  }

  /** How many clicks the key has. */
  int count(int place) {
    return keys[place + COUNT];
  }

  /** The key's click that was made last; negative for a key without any. */
  int first(int place) {
    return keys[place + COUNT] == 0 ? NONE : keys[place + HEAD];
  }

  /** The key's click that was made before that one; negative for none. */
  int next(int at) {
    return entries[at * width + NEXT];
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

  /**
   * Adds a click of the key, most often as its first: clicks that are late, or of senders whose
   * clocks are behind, find their place further on, and are put where they gave up searching after
   * {@link ClickHistory#LONGEST_LOOK} others.
   */
  void add(long key, int second, int click, int ad) {
    if (size * width == entries.length) {
      growEntries();
    }
    int place = place(keys, key);
    int after = NONE;
    int next = first(place);
    for (int i = 0; next >= 0 && second(next) > second && i < ClickHistory.LONGEST_LOOK; i++) {
      after = next;
      next = next(next);
    }
    int from = size * width;
    entries[from + SECOND] = second;
    entries[from + CLICK] = click;
    if (width > AD) {
      entries[from + AD] = ad;
    }
    entries[from + NEXT] = next;
    if (after == NONE) {
      keys[place + HEAD] = size;
    } else {
      entries[after * width + NEXT] = size;
    }
    size++;
    if (keys[place + COUNT]++ == 0) {
      keys[place] = high(key);
      keys[place + KEY_LOW] = (int) key;
      keyCount++;
      if (keyCount * 100L > places(keys) * (long) FULL) {
        resizeKeys(Math.multiplyExact(places(keys), 2));
      }
    }
  }

  /** Gives the room back that no more clicks will need. */
  void seal() {
    entries = Arrays.copyOf(entries, size * width);
    resizeKeys((int) (keyCount * 100L / SEALED) + 1);
  }

  long bytes() {
    return ((long) keys.length + entries.length) * Integer.BYTES;
  }

  private static int places(int[] keys) {
    return keys.length / PLACE;
  }

  private static int high(long key) {
    return (int) (key >>> Integer.SIZE);
  }

  /** Where the key is, or the free place where it would be. */
  private static int place(int[] keys, long key) {
    int at = ClickHistory.place(ClickHistory.mixed(key), places(keys)) * PLACE;
    while (keys[at + COUNT] != 0 && (keys[at] != high(key) || keys[at + KEY_LOW] != (int) key)) {
      at = at + PLACE == keys.length ? 0 : at + PLACE;
    }
    return at;
  }

  private void resizeKeys(int places) {
    int[] resized = new int[Math.multiplyExact(places, PLACE)];
    for (int at = 0; at < keys.length; at += PLACE) {
      if (keys[at + COUNT] != 0) {
        long key = (long) keys[at] << Integer.SIZE | Integer.toUnsignedLong(keys[at + KEY_LOW]);
        System.arraycopy(keys, at, resized, place(resized, key), PLACE);
      }
    }
    keys = resized;
  }

  private void growEntries() {
    entries = Arrays.copyOf(entries, Math.multiplyExact(Math.addExact(size, size / 2), width));
  }
}
