package io.clickledger.rules;

/** A set of UUIDs in sixteen bytes each and some room: open addressing, linear probing. */
final class ClickIds {
  private static final int LEAST = 1 << 10;

  private final long secret;

  /** Pairs; two zeros are an empty place. */
  private long[] table = new long[2 * LEAST];

  private int size;
  private boolean holdsNil;

  /**
   * @param secret senders choose their ids, and must not know which ones meet in a table
   */
  ClickIds(long secret) {
    this.secret = secret;
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
    if (size * 10L > table.length * 3L) {
      grow();
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

  int size() {
    return size + (holdsNil ? 1 : 0);
  }

  long bytes() {
    return (long) table.length * Long.BYTES;
  }

  /** Where the id is, or the empty place where it would be. */
  private int place(long[] table, long high, long low) {
    int mask = table.length / 2 - 1;
    int at = (int) ClickHistory.mixed(ClickHistory.mixed(high ^ secret) ^ low) & mask;
    while (true) {
      long thereHigh = table[2 * at];
      long thereLow = table[2 * at + 1];
      if ((thereHigh == high && thereLow == low) || (thereHigh | thereLow) == 0) {
        return 2 * at;
      }
      at = (at + 1) & mask;
    }
  }

  private void grow() {
    long[] larger = new long[Math.multiplyExact(table.length, 2)];
    for (int i = 0; i < table.length; i += 2) {
      if ((table[i] | table[i + 1]) != 0) {
        int at = place(larger, table[i], table[i + 1]);
        larger[at] = table[i];
        larger[at + 1] = table[i + 1];
      }
    }
    table = larger;
  }
}
