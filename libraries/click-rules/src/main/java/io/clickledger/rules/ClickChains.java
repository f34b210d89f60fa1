package io.clickledger.rules;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * For each key the clicks that it made within one hour, newest landing first, in arrays of
 * primitives. Each knows the latest time among itself and those that landed before, so that whoever
 * looks back so many seconds is done where all others were made before. They have little room left
 * once they are sealed.
 */
final class ClickChains {
  private static final int LEAST = 1 << 4;
  private static final int NONE = -1;

  /** How full the keys are at most while clicks are added, and for good, in percent. */
  private static final int FULL = 60;

  private static final int SEALED = 80;

  private static final int TIMES = 0;
  private static final int CLICK = 1;
  private static final int BEFORE = 2;
  private static final int AD = 3;

  /** Seconds of an hour fit in so many bits; a click that is forgotten has all of them. */
  private static final int SECOND_BITS = 12;

  private static final int FORGOTTEN = (1 << SECOND_BITS) - 1;

  private static final int KEY_LOW = 1;
  private static final int HEAD = 2;
  private static final int COUNT = 3;
  private static final int PLACE = COUNT + 1;

  /**
   * Open addressing, linear probing. What is kept of a key stands together, so that a look at it
   * waits for memory once: the key's two halves, index of its newest click, and how many clicks it
   * has, which is 0 where the place is free.
   */
  private int[] keys = new int[LEAST * PLACE];

  private int keyCount;

  /** As of a key: times, click, index of the click before, and the ad where ads are kept. */
  private int[] entries;

  private final int width;
  private int size;

  ClickChains(boolean keepsAds) {
    this.width = keepsAds ? AD + 1 : AD;
    this.entries = new int[LEAST * width];
  }

  /** Reads what {@link #write} wrote. */
  static ClickChains read(SliceInput input, boolean keepsAds) {
    ClickChains chains = new ClickChains(keepsAds);
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

  /** Where the key is, for {@link #newest} and {@link #count}, until the next click is added. */
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

  /** When it was made, in seconds of its hour. */
  int second(int at) {
    return entries[at * width + TIMES] & FORGOTTEN;
  }

  /** When the last made was made, of it and those before. */
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
