package io.clickledger.spark;

import io.clickledger.rules.fraud.Verdict;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Sums of judged clicks by grain, in the memory of one task. It is the only definition of what a
 * click adds to each measure. Spark's own aggregation with a sketch costs several times as much
 * where most groups have few clicks. For one thread.
 */
public final class PartialSums {
  private final Map<Grain, Sums> byGrain = new LinkedHashMap<>();

  /**
   * Adds one click.
   *
   * @param grain may point into a row that changes
   * @param userHash null for a click without a user
   */
  public void add(Grain grain, Verdict verdict, long costMicros, UTF8String userHash) {
    Sums sums = byGrain.get(grain);
    if (sums == null) {
      sums = new Sums();
      byGrain.put(grain.copy(), sums);
    }
    sums.add(verdict, costMicros, userHash);
  }

  /** How many partials there are so far. */
  public int size() {
    return byGrain.size();
  }

  /**
   * Hands over the partials and forgets them.
   *
   * @param row takes a row's values: the time in microseconds, then {@link ClickDimensions#ALL},
   *     {@link ClickMeasures#SUMS} and the sketch
   */
  public void drain(Consumer<Object[]> row) {
    int dimensions = 1 + ClickDimensions.ALL.size();
    byGrain.forEach(
        (grain, sums) -> {
          Object[] values = new Object[dimensions + ClickMeasures.SUMS.size() + 1];
          grain.writeTo(values);
          sums.writeTo(values, dimensions);
          row.accept(values);
        });
    byGrain.clear();
  }

  /** The measures of one grain. */
  private static final class Sums {
    private long gross;
    private long duplicate;
    private long generalInvalid;
    private long sophisticatedInvalid;
    private long valid;
    private long costMicros;
    private HllSketch users;

    void add(Verdict verdict, long cost, UTF8String userHash) {
      gross++;
      costMicros = Math.addExact(costMicros, cost);
      switch (verdict) {
        case DUPLICATE -> duplicate++;
        case GENERAL_INVALID -> generalInvalid++;
        case SOPHISTICATED_INVALID -> sophisticatedInvalid++;
        case VALID -> {
          valid++;
          if (userHash != null) {
            if (users == null) {
              users = new HllSketch(ClickMeasures.HLL_LG_K, TgtHllType.HLL_8);
            }
            users.update(userHash.getBytes());
          }
        }
      }
    }

    /** In the order of {@link ClickMeasures#SUMS}, the sketch last. */
    void writeTo(Object[] values, int from) {
      int at = from;
      values[at++] = gross;
      values[at++] = duplicate;
      values[at++] = generalInvalid;
      values[at++] = sophisticatedInvalid;
      values[at++] = valid;
      values[at++] = costMicros;
      values[at] = users == null ? null : users.toCompactByteArray();
    }
  }
}
