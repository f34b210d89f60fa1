package io.clickledger.spark;

import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.clickledger.rules.Verdict;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.datasketches.hll.HllSketch;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * The measures of the live and the final tables, computed from judged clicks or summed from finer
 * rows. Both layers call the same functions, so a difference between them is never one of
 * definition.
 */
public final class Measures {
  /** Dimensions of the grain, in the order of the tables. */
  public static final List<String> DIMENSIONS =
      List.of(
          LiveClicksByMinute.ADVERTISER_ID,
          LiveClicksByMinute.CAMPAIGN_ID,
          LiveClicksByMinute.AD_ID,
          LiveClicksByMinute.PUBLISHER_ID,
          LiveClicksByMinute.GEO_COUNTRY,
          LiveClicksByMinute.DEVICE_TYPE,
          LiveClicksByMinute.CURRENCY);

  /** Measures that add up, in the order of the tables. */
  public static final List<String> SUMS =
      List.of(
          LiveClicksByMinute.GROSS_CLICKS,
          LiveClicksByMinute.DUPLICATE_CLICKS,
          LiveClicksByMinute.GENERAL_INVALID_CLICKS,
          LiveClicksByMinute.SOPHISTICATED_INVALID_CLICKS,
          LiveClicksByMinute.VALID_CLICKS,
          LiveClicksByMinute.COST_MICROS);

  /** Base-two logarithm of the sketches' size: a relative error of 1.6 % at one sigma. */
  static final int LG_K = 12;

  private Measures() {}

  /**
   * Judged clicks at the grain of {@code times} and {@link #DIMENSIONS}.
   *
   * @param judged rows with the dimensions, {@link Judgements#VERDICT}, cost_micros and user_hash
   * @param times named columns, such as the start of the minute
   */
  public static Dataset<Row> of(Dataset<Row> judged, Column... times) {
    Column validUser = when(is(Verdict.VALID), col(RawClicks.USER_HASH));
    return judged
        .groupBy(grain(times))
        .agg(
            count(lit(1)).as(LiveClicksByMinute.GROSS_CLICKS),
            countOf(Verdict.DUPLICATE, LiveClicksByMinute.DUPLICATE_CLICKS),
            countOf(Verdict.GENERAL_INVALID, LiveClicksByMinute.GENERAL_INVALID_CLICKS),
            countOf(Verdict.SOPHISTICATED_INVALID, LiveClicksByMinute.SOPHISTICATED_INVALID_CLICKS),
            countOf(Verdict.VALID, LiveClicksByMinute.VALID_CLICKS),
            sum(LiveClicksByMinute.COST_MICROS).as(LiveClicksByMinute.COST_MICROS),
            compact(call_function("hll_sketch_agg", validUser, lit(LG_K)))
                .as(LiveClicksByMinute.UNIQUE_USERS_HLL));
  }

  /** Rows that have the measures already, summed to a coarser grain. */
  public static Dataset<Row> sumOf(Dataset<Row> finer, Column... times) {
    List<Column> sums = new ArrayList<>();
    SUMS.forEach(measure -> sums.add(sum(measure).as(measure)));
    sums.add(
        compact(call_function("hll_union_agg", col(LiveClicksByMinute.UNIQUE_USERS_HLL)))
            .as(LiveClicksByMinute.UNIQUE_USERS_HLL));
    return finer
        .groupBy(grain(times))
        .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new));
  }

  private static Column[] grain(Column... times) {
    return Stream.concat(Stream.of(times), DIMENSIONS.stream().map(functions::col))
        .toArray(Column[]::new);
  }

  private static Column is(Verdict verdict) {
    return col(Judgements.VERDICT).equalTo(verdict.name());
  }

  private static Column countOf(Verdict verdict, String measure) {
    return count(when(is(verdict), lit(1))).as(measure);
  }

  /** Spark's sketches come in the updatable form, of full size however few users they hold. */
  private static Column compact(Column sketch) {
    return COMPACT.apply(sketch);
  }

  private static final UserDefinedFunction COMPACT =
      udf(
          (UDF1<byte[], byte[]>)
              bytes -> {
                if (bytes == null) {
                  return null;
                }
                HllSketch sketch = HllSketch.heapify(bytes);
                return sketch.isEmpty() ? null : sketch.toCompactByteArray();
              },
          DataTypes.BinaryType);
}
