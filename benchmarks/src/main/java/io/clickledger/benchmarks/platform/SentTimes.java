package io.clickledger.benchmarks.platform;

import io.clickledger.sandbox.simulator.oracle.OracleEntry;
import java.util.Arrays;
import java.util.function.Consumer;

/** When each click was sent that the platform took; safe for use by several threads. */
final class SentTimes implements Consumer<OracleEntry> {
  private long[] clicks = new long[1 << 16];
  private int size;
  private long records;
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;

  @Override
  public synchronized void accept(OracleEntry entry) {
    records++;
    first = Math.min(first, entry.sentAtMillis());
    last = Math.max(last, entry.sentAtMillis());
    if (entry.isClick()) {
      if (size == clicks.length) {
        clicks = Arrays.copyOf(clicks, 2 * size);
      }
      clicks[size++] = entry.sentAtMillis();
    }
  }

  /** How many clicks there are so far. */
  synchronized int size() {
    return size;
  }

  /** Milliseconds since the epoch of each click, in order. */
  synchronized long[] inOrder() {
    long[] sorted = Arrays.copyOf(clicks, size);
    Arrays.sort(sorted);
    return sorted;
  }

  /** All records, malformed ones too, over the time in which they were sent. */
  synchronized double recordsPerSecond() {
    return records * 1_000.0 / Math.max(1, last - first);
  }
}
