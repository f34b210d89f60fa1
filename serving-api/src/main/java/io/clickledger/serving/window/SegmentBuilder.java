package io.clickledger.serving.window;

import java.util.Arrays;

/** Sums rows that come in any order to a segment. */
final class SegmentBuilder {
  private final LongIntMap keys = new LongIntMap();
  private long[] sums = new long[16 * Row.SUMS];
  private int[] revisions = new int[16];
  private UserSet[] users = new UserSet[16];
  private int firstTime = Integer.MAX_VALUE;

  int size() {
    return keys.size();
  }

  /** Adds a row: its combination, time, sums and revision, and its users if it has any. */
  void add(Row row) {
    int place = keys.numberOf((long) row.combination << Integer.SIZE | row.time);
    if (place == revisions.length) {
      sums = Arrays.copyOf(sums, 2 * sums.length);
      revisions = Arrays.copyOf(revisions, 2 * place);
      users = Arrays.copyOf(users, 2 * place);
    }
    for (int i = 0; i < Row.SUMS; i++) {
      int at = place * Row.SUMS + i;
      sums[at] = Math.addExact(sums[at], row.sums[i]);
    }
    revisions[place] = Math.max(revisions[place], row.revision);
    users[place] = Segment.Writer.plus(users[place], row.users);
    firstTime = Math.min(firstTime, row.time);
  }

  Segment build() {
    long[] sorted = keys.keys();
    Arrays.sort(sorted);
    Segment.Writer out = new Segment.Writer(firstTime);
    Row row = new Row();
    for (long key : sorted) {
      int place = keys.numberOf(key);
      row.combination = (int) (key >>> Integer.SIZE);
      row.time = (int) key;
      row.revision = revisions[place];
      System.arraycopy(sums, place * Row.SUMS, row.sums, 0, Row.SUMS);
      out.add(row, users[place]);
    }
    return out.segment();
  }
}
