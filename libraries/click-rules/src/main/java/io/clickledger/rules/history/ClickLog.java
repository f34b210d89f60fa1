package io.clickledger.rules.history;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * A log of the clicks of each key within one hour, newest landing first, in arrays of primitives.
 * Each entry has the latest clicked_at of itself and of all earlier entries of its key, so that a
 * search of a time window can stop early. Sealing frees unused space: with ads, a click takes 38
 * bytes then where each has a key of its own, and 19 where ten share one (docs/decisions/0023).
 */
final class ClickLog {
  private static final int INITIAL_CAPACITY = 1 << 4;
  private static final int NONE = -1;

  /** Maximum load of the key table in percent, while clicks are added and once it is sealed. */
  private static final int MAX_LOAD_PERCENT = 60;

  private static final int SEALED_LOAD_PERCENT = 80;

  private static final int TIMES = 0;
  private static final int CLICK = 1;
  private static final int BEFORE = 2;
  private static final int AD = 3;

  /** Bits of the second of the hour; all of them are set for a forgotten click. */
  private static final int SECOND_BITS = 12;

  private static final int FORGOTTEN = (1 << SECOND_BITS) - 1;

  private static final int KEY_LOW = 1;
  private static final int HEAD = 2;
  private static final int COUNT = 3;
  private static final int PLACE = COUNT + 1;

  /**
   * A hash table with open addressing and linear probing. The fields of a key are adjacent, so that
   * a look-up needs one memory access: the two halves of the key, the index of its newest click,
   * and its number of clicks, which is 0 in a free slot.
   */
  private int[] keys = new int[INITIAL_CAPACITY * PLACE];

  private int keyCount;

  /**
   * By entry: times, click, index of the previous click of the key, and the ad where ads are
   * stored.
   */
  private int[] entries;

  private final int width;
  private int size;

  ClickLog(boolean keepsAds) {
    this.width = keepsAds ? AD + 1 : AD;
    this.entries = new int[INITIAL_CAPACITY * width];
  }

  /** Reads what {@link #write} wrote. */
  static ClickLog read(SliceInput input, boolean keepsAds) {
    ClickLog chains = new ClickLog(keepsAds);
    chains.keyCount = Math.toIntExact(input.read());
    chains.size = Math.toIntExact(input.read());
    chains.keys = input.readInts();
    chains.entries = input.readInts();
    if (chains.keys.length % PLACE != 0
        || places(chains.keys) <= chains.keyCount
        || chains.entries.length != (long) chains.size * chains.width) {
      throw new IllegalArgumentException(
          "keys and clicks must fit in their tables, were "
              + chains.keyCount
              + " in "
              + chains.keys.length
              + " and "
              + chains.size
              + " in "
              + chains.entries.length);
    }
    return chains;
  }

  void write(SliceOutput output) {
    output.write(keyCount);
    output.write(size);
    output.write(keys);
    output.write(entries);
  }

  /** The hashes of the click_ids of all clicks, in the order of landing. */
  void forEachClick(IntConsumer listener) {
    for (int from = 0; from < size * width; from += width) {
      listener.accept(entries[from + CLICK]);
    }
  }

  /**
   * The slot of the key, for {@link #newest} and {@link #count}; valid until the next click is
   * added.
   */
  int place(long key) {
    return place(keys, key);
  }

  /** How many clicks the key has. */
  int count(int place) {
    return keys[place + COUNT];
  }

  /** The key's newest click; negative for a key without any. */
  int newest(int place) {
    return keys[place + COUNT] == 0 ? NONE : keys[place + HEAD];
  }

  /** The click of its key that landed before that one; negative for the first. */
  int before(int at) {
    return entries[at * width + BEFORE];
  }

  /** Its clicked_at in seconds of the hour. */
  int second(int at) {
    return entries[at * width + TIMES] & FORGOTTEN;
  }

  /** Latest clicked_at of this click and all earlier-landed clicks of its key. */
  int latest(int at) {
    return entries[at * width + TIMES] >>> SECOND_BITS;
  }

  boolean isForgotten(int at) {
    return second(at) == FORGOTTEN;
  }

  void forget(int at) {
    entries[at * width + TIMES] |= FORGOTTEN;
  }

  boolean isClick(int at, int click) {
    return entries[at * width + CLICK] == click;
  }

  int ad(int at) {
    return width > AD ? entries[at * width + AD] : 0;
  }

  /**
   * Adds a click of the key.
   *
   * @param second of its hour
   */
  void add(long key, int second, int click, int ad) {
    if (size * width == entries.length) {
      growEntries();
    }
    int place = place(keys, key);
    int before = newest(place);
    int latest = before == NONE ? second : Math.max(second, latest(before));
    int from = size * width;
    entries[from + TIMES] = latest << SECOND_BITS | second;
    entries[from + CLICK] = click;
    entries[from + BEFORE] = before;
    if (width > AD) {
      entries[from + AD] = ad;
    }
    keys[place + HEAD] = size;
    size++;
    if (keys[place + COUNT]++ == 0) {
      keys[place] = high(key);
      keys[place + KEY_LOW] = (int) key;
      keyCount++;
      if (keyCount * 100L > places(keys) * (long) MAX_LOAD_PERCENT) {
        resizeKeys(Math.multiplyExact(places(keys), 2));
      }
    }
  }

  /** Frees unused space; no click is added afterwards. */
  void seal() {
    entries = Arrays.copyOf(entries, size * width);
    resizeKeys((int) (keyCount * 100L / SEALED_LOAD_PERCENT) + 1);
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
