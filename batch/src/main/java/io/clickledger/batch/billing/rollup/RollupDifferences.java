package io.clickledger.batch.billing.rollup;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
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

/** The differences between two versions of a rollup in all columns but revision and run_id. */
public final class RollupDifferences {
  private static final String USERS_BEFORE = "users_before";
  private static final String USERS_AFTER = "users_after";
  private static final String SIDE = "side";

  /* Tolerance for equal registers whose floating-point sums were added in another order. */
  private static final double ROUNDING = 1e-9;

  private static final UserDefinedFunction ESTIMATE =
      udf(
          (UDF1<byte[], Double>)
              sketch -> sketch == null ? 0.0 : HllSketch.heapify(sketch).getCompositeEstimate(),
          DataTypes.DoubleType);

  private RollupDifferences() {}

  /**
   * The grains whose sums differ: time, the dimensions, and of each measure after - before. A
   * change of estimated users alone, as by an erasure, is no difference here.
   *
   * @param time the column of time of both
   */
  public static Dataset<Row> ofSums(Dataset<Row> before, Dataset<Row> after, String time) {
    List<Column> sums = changes();
    return sided(before, -1, time)
        .unionByName(sided(after, 1, time))
        .groupBy(grain(time))
        .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new))
        .where(not(coalesce(sameSums(), lit(false))));
  }

  /**
   * The times and advertisers with other estimated users over all of their rows, before and after.
   * Sketches are compared by estimate, because their bytes depend on the order of merging.
   */
  public static Dataset<Row> ofUsers(Dataset<Row> before, Dataset<Row> after, String time) {
    Column different =
        abs(col(USERS_AFTER).minus(col(USERS_BEFORE)))
            .gt(greatest(col(USERS_AFTER), lit(1.0)).multiply(ROUNDING));
    return sided(before, -1, time)
        .unionByName(sided(after, 1, time))
        .groupBy(col(time), col(ClickDimensions.ADVERTISER_ID))
        .agg(users(col(SIDE).lt(0)).as(USERS_BEFORE), users(col(SIDE).gt(0)).as(USERS_AFTER))
        .where(different);
  }

  private static List<Column> changes() {
    List<Column> sums = new ArrayList<>();
    for (String measure : ClickMeasures.SUMS) {
      sums.add(sum(col(measure).multiply(col(SIDE))).as(measure));
    }
    return sums;
  }

  private static Column sameSums() {
    Column same = lit(true);
    for (String measure : ClickMeasures.SUMS) {
      same = same.and(col(measure).equalTo(0));
    }
    return same;
  }

  private static Dataset<Row> sided(Dataset<Row> rows, int side, String time) {
    Column[] columns =
        Stream.of(
                Stream.of(grain(time)),
                ClickMeasures.SUMS.stream().map(functions::col),
                Stream.of(col(ClickMeasures.UNIQUE_USERS_HLL), lit(side).as(SIDE)))
            .flatMap(part -> part)
            .toArray(Column[]::new);
    return rows.select(columns);
  }

  private static Column users(Column side) {
    return ESTIMATE.apply(
        call_function("hll_union_agg", when(side, col(ClickMeasures.UNIQUE_USERS_HLL))));
  }

  private static Column[] grain(String time) {
    return Stream.concat(Stream.of(time), ClickDimensions.ALL.stream())
        .map(functions::col)
        .toArray(Column[]::new);
  }
}
