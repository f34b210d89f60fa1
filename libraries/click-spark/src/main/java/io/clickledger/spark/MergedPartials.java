package io.clickledger.spark;

import io.clickledger.schemas.ClickMeasures;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataType;

/**
 * Makes one row of the partials of each grain. Takes rows that have the grain first, then {@link
 * ClickMeasures#SUMS}, the sketch and a hash of the grain, sorted by the hash, all rows of a hash
 * in one partition. Most grains have one partial, which stays as it is; Spark's own aggregation
 * makes a sketch object of each.
 */
final class MergedPartials implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
  private static final long serialVersionUID = 1L;

  private final DataType[] grain;
  private final int sketch;
  private final int hash;

  /**
   * @param grain types of its columns
   */
  MergedPartials(DataType... grain) {
    this.grain = grain;
    this.sketch = grain.length + ClickMeasures.SUMS.size();
    this.hash = sketch + 1;
  }

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> sorted) {
    return new Iterator<>() {
      private final Deque<InternalRow> merged = new ArrayDeque<>();
      private InternalRow ahead;

      @Override
      public boolean hasNext() {
        if (merged.isEmpty() && (ahead != null || sorted.hasNext())) {
          takeNextHash();
        }
        return !merged.isEmpty();
      }

      @Override
      public InternalRow next() {
        if (!hasNext()) {
          throw new NoSuchElementException("no more grains");
        }
        return merged.remove();
      }

      /** The rows of a hash: nearly always those of one grain. */
      private void takeNextHash() {
        InternalRow first = ahead == null ? sorted.next().copy() : ahead;
        ahead = null;
        List<InternalRow> rows = new ArrayList<>(List.of(first));
        while (ahead == null && sorted.hasNext()) {
          InternalRow row = sorted.next().copy();
          if (row.getLong(hash) == first.getLong(hash)) {
            rows.add(row);
          } else {
            ahead = row;
          }
        }
        while (!rows.isEmpty()) {
          InternalRow one = rows.get(0);
          List<InternalRow> same = rows.stream().filter(row -> isSameGrain(one, row)).toList();
          rows.removeAll(same);
          merged.add(same.size() == 1 ? one : sum(same));
        }
      }
    };
  }

  private boolean isSameGrain(InternalRow one, InternalRow other) {
    for (int i = 0; i < grain.length; i++) {
      if (!Objects.equals(value(one, i), value(other, i))) {
        return false;
      }
    }
    return true;
  }

  private InternalRow sum(List<InternalRow> rows) {
    InternalRow first = rows.get(0);
    Object[] values = new Object[hash + 1];
    for (int i = 0; i < grain.length; i++) {
      values[i] = value(first, i);
    }
    for (int i = grain.length; i < sketch; i++) {
      long sum = 0;
      for (InternalRow row : rows) {
        sum = Math.addExact(sum, row.getLong(i));
      }
      values[i] = sum;
    }
    values[sketch] = users(rows);
    values[hash] = first.getLong(hash);
    return new GenericInternalRow(values);
  }

  private byte[] users(List<InternalRow> rows) {
    Union union = new Union(ClickMeasures.HLL_LG_K);
    for (InternalRow row : rows) {
      if (!row.isNullAt(sketch)) {
        union.update(HllSketch.heapify(row.getBinary(sketch)));
      }
    }
    return union.isEmpty() ? null : union.getResult(TgtHllType.HLL_8).toCompactByteArray();
  }

  private Object value(InternalRow row, int place) {
    return row.isNullAt(place) ? null : row.get(place, grain[place]);
  }
}
