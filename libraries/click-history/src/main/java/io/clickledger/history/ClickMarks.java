package io.clickledger.history;

import io.clickledger.history.HistoryTask.BucketMarks;
import io.clickledger.rules.fraud.StatefulRules;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The clicks of a batch that are duplicates or match stateful rules, by their Kafka coordinates.
 * They are few, so the marks are broadcast to the clicks instead of shuffling the clicks.
 */
public final class ClickMarks implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Bit of a click whose click_id was seen before; the bits of the rules follow it. */
  static final int DUPLICATE = 1;

  private static final int OFFSET_BITS = 48;

  private final StatefulRules rules;
  private final long historyBytes;
  private final long historyIds;

  /** A hash table with open addressing and linear probing; a slot is free where its bits are 0. */
  private final long[] coordinates;

  private final int[] bits;

  private ClickMarks(List<BucketMarks> marks, StatefulRules rules) {
    int most = marks.stream().mapToInt(bucket -> bucket.bits().length).sum();
    int places = Integer.highestOneBit(Math.max(most, 8)) * 4;
    this.rules = rules;
    this.historyBytes = marks.stream().mapToLong(BucketMarks::historyBytes).sum();
    this.historyIds = marks.stream().mapToLong(BucketMarks::historyIds).sum();
    this.coordinates = new long[places];
    this.bits = new int[places];
    for (BucketMarks bucket : marks) {
      for (int i = 0; i < bucket.bits().length; i++) {
        int at = place(bucket.coordinates()[i]);
        coordinates[at] = bucket.coordinates()[i];
        bits[at] |= bucket.bits()[i];
      }
    }
  }

  static ClickMarks of(List<BucketMarks> marks, StatefulRules rules) {
    return new ClickMarks(marks, rules);
  }

  /** The coordinates of a click as one number, unique within a topic. */
  public static long coordinates(int partition, long offset) {
    return (long) partition << OFFSET_BITS | offset;
  }

  static int ofRules(int matched) {
    return matched << 1;
  }

  /** How many of them are duplicates. */
  public long duplicates() {
    return Arrays.stream(bits).filter(mark -> (mark & DUPLICATE) != 0).count();
  }

  /** How many clicks each stateful rule matched. */
  public SortedMap<String, Long> matches() {
    SortedMap<String, Long> matches = new TreeMap<>();
    for (int mark : bits) {
      if (mark >>> 1 != 0) {
        rules.ids(mark >>> 1).forEach(id -> matches.merge(id, 1L, Long::sum));
      }
    }
    return matches;
  }

  /** Memory of all histories, in bytes. */
  public long historyBytes() {
    return historyBytes;
  }

  /** Number of click_ids in all histories. */
  public long historyIds() {
    return historyIds;
  }

  /** The marks of the click with these coordinates; 0 where it has none. */
  public int at(int partition, long offset) {
    return bits[place(coordinates(partition, offset))];
  }

  public static boolean isDuplicate(int marked) {
    return (marked & DUPLICATE) != 0;
  }

  /** Ids of the stateful rules that a click with these marks matched. */
  public List<String> rules(int marked) {
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
