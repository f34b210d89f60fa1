package io.clickledger.batch.fraud;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Decides which landed clicks are duplicates. A click is a duplicate if another click with its
 * click_id landed before it, is no duplicate itself, and their clicked_at lie at most a horizon
 * apart. The order of landing decides, never a sender's clock, so a decision never changes.
 *
 * <p>Takes the rows of {@link ClickIdIndex#entries} sorted by click_id and then by landing, all
 * rows of a click_id in one partition. Memory depends on the span of the times of one click_id, not
 * on how often it comes.
 */
final class DuplicateMarks implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final long horizonMicros;

  /**
   * @param horizon how far apart the clicked_at of two clicks may lie at most; not negative
   */
  DuplicateMarks(Duration horizon) {
    if (horizon.isNegative()) {
      throw new IllegalArgumentException("horizon must not be negative, was " + horizon);
    }
    this.horizonMicros = Math.multiplyExact(horizon.toMillis(), 1_000L);
  }

  /** The rows that were not marked before, each with its mark in place of the flag. */
  @Override
  public Iterator<Row> call(Iterator<Row> sorted) {
    return new Marked(sorted, horizonMicros);
  }

  private static final class Marked implements Iterator<Row> {
    private final Iterator<Row> sorted;
    private final long horizonMicros;

    /** The clicked_at, in microseconds, of the clicks of one click_id that are no duplicates. */
    private final List<Long> firsts = new ArrayList<>();

    private long high;
    private long low;
    private Row next;

    Marked(Iterator<Row> sorted, long horizonMicros) {
      this.sorted = sorted;
      this.horizonMicros = horizonMicros;
    }

    @Override
    public boolean hasNext() {
      while (next == null && sorted.hasNext()) {
        Row row = sorted.next();
        begin(row.getLong(ClickIdIndex.HIGH), row.getLong(ClickIdIndex.LOW));
        long clickedAt = row.getLong(ClickIdIndex.CLICKED_AT);
        if (row.getBoolean(ClickIdIndex.WAS_MARKED)) {
          // The run that marked it has found it to be no duplicate.
          firsts.add(clickedAt);
        } else {
          next = marked(row, isDuplicate(clickedAt));
        }
      }
      return next != null;
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException("no more clicks");
      }
      Row row = next;
      next = null;
      return row;
    }

    private void begin(long nextHigh, long nextLow) {
      if (nextHigh != high || nextLow != low) {
        high = nextHigh;
        low = nextLow;
        firsts.clear();
      }
    }

    private boolean isDuplicate(long clickedAt) {
      for (long first : firsts) {
        if (Math.abs(clickedAt - first) <= horizonMicros) {
          return true;
        }
      }
      firsts.add(clickedAt);
      return false;
    }

    private static Row marked(Row row, boolean isDuplicate) {
      return RowFactory.create(
          row.getLong(ClickIdIndex.HIGH),
          row.getLong(ClickIdIndex.LOW),
          row.getLong(ClickIdIndex.CLICKED_AT),
          row.getLong(ClickIdIndex.LANDED_AT),
          row.getInt(ClickIdIndex.PARTITION),
          row.getLong(ClickIdIndex.OFFSET),
          isDuplicate);
    }
  }
}
