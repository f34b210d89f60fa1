package io.clickledger.streaming;

import io.clickledger.rules.StatefulRules;
import io.clickledger.streaming.Histories.BucketMarks;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which clicks of a batch are duplicates or match stateful rules, by their coordinates. Few do, so
 * the marks go to the clicks, not the clicks to the marks.
 */
final class ClickMarks implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Bit of a click whose click_id was there before; the rules' bits stand above it. */
  static final int DUPLICATE = 1;

  private static final int OFFSET_BITS = 48;

  private final StatefulRules rules;
  private final long historyBytes;
  private final long historyIds;

  /** Open addressing, linear probing; a place is free where its bits are 0. */
  private final long[] coordinates;

  private final int[] bits;

  private ClickMarks(List<BucketMarks> marks, StatefulRules rules) {
    int most = marks.stream().mapToInt(of -> of.bits().length).sum();
    int places = Integer.highestOneBit(Math.max(most, 8)) * 4;
    this.rules = rules;
    this.historyBytes = marks.stream().mapToLong(BucketMarks::historyBytes).sum();
    this.historyIds = marks.stream().mapToLong(BucketMarks::historyIds).sum();
    this.coordinates = new long[places];
    this.bits = new int[places];
    for (BucketMarks of : marks) {
      for (int i = 0; i < of.bits().length; i++) {
        int at = place(of.coordinates()[i]);
        coordinates[at] = of.coordinates()[i];
        bits[at] |= of.bits()[i];
      }
    }
  }

  static ClickMarks of(List<BucketMarks> marks, StatefulRules rules) {
    return new ClickMarks(marks, rules);
  }

  static long coordinates(int partition, long offset) {
    return (long) partition << OFFSET_BITS | offset;
  }

  static int ofRules(int matched) {
    return matched << 1;
  }

  /** How many of them are duplicates. */
  long duplicates() {
    return Arrays.stream(bits).filter(of -> (of & DUPLICATE) != 0).count();
  }

  /** How many clicks each stateful rule matched. */
  SortedMap<String, Long> matches() {
    SortedMap<String, Long> matches = new TreeMap<>();
    for (int of : bits) {
      if (of >>> 1 != 0) {
        rules.ids(of >>> 1).forEach(id -> matches.merge(id, 1L, Long::sum));
      }
    }
    return matches;
  }

  /** Memory of all histories, in bytes. */
  long historyBytes() {
    return historyBytes;
  }

  /** How many click_ids all histories remember. */
  long historyIds() {
    return historyIds;
  }

  /** What is to note of the click with these coordinates; 0 for nothing. */
  int at(int partition, long offset) {
    return bits[place(coordinates(partition, offset))];
  }

  static boolean isDuplicate(int marked) {
    return (marked & DUPLICATE) != 0;
  }

  /** Ids of the stateful rules that a click with these marks matched. */
  List<String> rules(int marked) {
    return marked >>> 1 == 0 ? List.of() : rules.ids(marked >>> 1);
  }

  private int place(long coordinate) {
    int mask = bits.length - 1;
    int at = (int) (coordinate * 0x9e3779b97f4a7c15L >>> 32) & mask;
    while (bits[at] != 0 && coordinates[at] != coordinate) {
      at = (at + 1) & mask;
    }
    return at;
  }
}
