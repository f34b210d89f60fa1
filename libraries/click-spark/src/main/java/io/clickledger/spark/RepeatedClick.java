package io.clickledger.spark;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.expressions.Aggregator;

/**
 * Over the clicked_at of one click_id in the order of landing: whether the last one lies within the
 * horizon of an earlier one. Works over a window that grows row by row, in memory that depends on
 * the span of the times and not on how often a click_id is repeated.
 */
public final class RepeatedClick extends Aggregator<Long, RepeatedClick.CoveredTimes, Boolean> {
  private static final long serialVersionUID = 1L;

  private final long horizonMicros;

  /**
   * @param horizonMicros how far apart two times may lie at most, in microseconds
   */
  RepeatedClick(long horizonMicros) {
    if (horizonMicros < 0) {
      throw new IllegalArgumentException(
          "horizonMicros must not be negative, was " + horizonMicros);
    }
    this.horizonMicros = horizonMicros;
  }

  /** The times within the horizon of those seen, as disjoint intervals, both ends included. */
  public static final class CoveredTimes implements Serializable {
    private static final long serialVersionUID = 1L;

    private long[] starts = new long[1];
    private long[] ends = new long[1];
    private int count;
    private boolean lastRepeats;

    /** Takes the next time; true where it lies within the horizon of an earlier one. */
    boolean add(long micros, long horizonMicros) {
      long start = micros - horizonMicros;
      long end = micros + horizonMicros;
      boolean repeats = false;
      int kept = 0;
      for (int i = 0; i < count; i++) {
        repeats |= starts[i] <= micros && micros <= ends[i];
        if (starts[i] <= end && start <= ends[i]) {
          start = Math.min(start, starts[i]);
          end = Math.max(end, ends[i]);
        } else {
          starts[kept] = starts[i];
          ends[kept++] = ends[i];
        }
      }
      if (kept == starts.length) {
        starts = Arrays.copyOf(starts, kept * 2);
        ends = Arrays.copyOf(ends, kept * 2);
      }
      starts[kept] = start;
      ends[kept++] = end;
      count = kept;
      lastRepeats = repeats;
      return repeats;
    }
  }

  @Override
  public CoveredTimes zero() {
    return new CoveredTimes();
  }

  @Override
  public CoveredTimes reduce(CoveredTimes reached, Long micros) {
    reached.add(micros, horizonMicros);
    return reached;
  }

  @Override
  public CoveredTimes merge(CoveredTimes one, CoveredTimes other) {
    throw new UnsupportedOperationException("a window has one order, and no parts to merge");
  }

  @Override
  public Boolean finish(CoveredTimes reached) {
    return reached.lastRepeats;
  }

  @Override
  public Encoder<CoveredTimes> bufferEncoder() {
    return Encoders.javaSerialization(CoveredTimes.class);
  }

  @Override
  public Encoder<Boolean> outputEncoder() {
    return Encoders.BOOLEAN();
  }
}
