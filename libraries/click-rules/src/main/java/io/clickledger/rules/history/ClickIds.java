package io.clickledger.rules.history;

/**
 * A compact set of UUIDs, sixteen bytes each plus free slots: a hash table with open addressing and
 * linear probing. Sealing frees unused space: an id takes 21 bytes then, measured, where a HashSet
 * of UUIDs takes 74 (docs/decisions/0023).
 */
final class ClickIds {
  private static final int INITIAL_CAPACITY = 1 << 4;

  /** Maximum load in percent, while ids are added and once it is sealed. */
  private static final int MAX_LOAD_PERCENT = 60;

  private static final int SEALED_LOAD_PERCENT = 80;

  private final long secret;

  /** Pairs; two zeros are an empty place. */
  private long[] table = new long[2 * INITIAL_CAPACITY];

  private int size;
  private boolean holdsNil;

  /**
   * @param secret key of the hash: senders choose their ids and must not be able to produce
   *     collisions
   */
  ClickIds(long secret) {
    this.secret = secret;
  }

  /** Reads what {@link #write} wrote. */
  static ClickIds read(SliceInput input, long secret) {
    ClickIds ids = new ClickIds(secret);
    ids.holdsNil = input.read() != 0;
    ids.size = Math.toIntExact(input.read());
    ids.table = input.readLongs();
    if (ids.table.length % 2 != 0 || places(ids.table) <= ids.size || ids.size < 0) {
      throw new IllegalArgumentException(
          "ids must leave room in their table, were " + ids.size + " in " + ids.table.length);
    }
    return ids;
  }

  void write(SliceOutput output) {
    output.write(holdsNil ? 1 : 0);
    output.write(size);
    output.write(table);
  }

  /** Adds the id; false where it was there. */
  boolean add(long high, long low) {
    if ((high | low) == 0) {
      boolean added = !holdsNil;
      holdsNil = true;
      return added;
    }
    int at = place(table, high, low);
    if ((table[at] | table[at + 1]) != 0) {
      return false;
    }
    table[at] = high;
    table[at + 1] = low;
    size++;
    if (size * 100L > places(table) * (long) MAX_LOAD_PERCENT) {
      resize(Math.multiplyExact(places(table), 2));
    }
    return true;
  }

  boolean contains(long high, long low) {
    if ((high | low) == 0) {
      return holdsNil;
    }
    int at = place(table, high, low);
    return (table[at] | table[at + 1]) != 0;
  }

  /** Frees unused space; no id is added afterwards. */
  void seal() {
    resize((int) (size * 100L / SEALED_LOAD_PERCENT) + 1);
  }

  int size() {
    return size + (holdsNil ? 1 : 0);
  }

  long bytes() {
    return (long) table.length * Long.BYTES;
  }

  private static int places(long[] table) {
    return table.length / 2;
  }

  /** Where the id is, or the empty place where it would be. */
  private int place(long[] table, long high, long low) {
    int places = places(table);
    int at =
        ClickHistory.place(ClickHistory.mixed(ClickHistory.mixed(high ^ secret) ^ low), places);
    while (true) {
      long thereHigh = table[2 * at];
      long thereLow = table[2 * at + 1];
      if ((thereHigh == high && thereLow == low) || (thereHigh | thereLow) == 0) {
        return 2 * at;
      }
      at = at + 1 == places ? 0 : at + 1;
    }
  }

  private void resize(int places) {
    long[] other = new long[Math.multiplyExact(places, 2)];
    for (int i = 0; i < table.length; i += 2) {
      if ((table[i] | table[i + 1]) != 0) {
        int at = place(other, table[i], table[i + 1]);
        other[at] = table[i];
        other[at + 1] = table[i + 1];
      }
    }
    table = other;
  }
}
