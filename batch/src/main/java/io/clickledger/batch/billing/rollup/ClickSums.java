package io.clickledger.batch.billing.rollup;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Sums over rows of a final table.
 *
 * @param costMicros by currency, where it is not 0
 */
public record ClickSums(long grossClicks, Map<String, Long> costMicros) {
  public ClickSums {
    Map<String, Long> cost = new TreeMap<>(costMicros);
    cost.values().removeIf(micros -> micros == 0);
    costMicros = Map.copyOf(cost);
  }

  /** The sums once the first rows are replaced by the others. */
  public ClickSums replacing(ClickSums before, ClickSums after) {
    Map<String, Long> cost = new TreeMap<>(costMicros);
    before.costMicros.forEach((currency, micros) -> cost.merge(currency, -micros, Math::addExact));
    after.costMicros.forEach((currency, micros) -> cost.merge(currency, micros, Math::addExact));
    return new ClickSums(grossClicks - before.grossClicks + after.grossClicks, cost);
  }

  /** Of the rows of either final table, whose measures have the same names. */
  public static ClickSums of(Dataset<Row> rows) {
    long gross = 0;
    Map<String, Long> cost = new TreeMap<>();
    for (Row row :
        rows.groupBy(coalesce(col(ClickDimensions.CURRENCY), lit("")))
            .agg(
                sum(ClickMeasures.GROSS_CLICKS).as(ClickMeasures.GROSS_CLICKS),
                sum(ClickMeasures.COST_MICROS).as(ClickMeasures.COST_MICROS))
            .collectAsList()) {
      gross += row.<Long>getAs(ClickMeasures.GROSS_CLICKS);
      cost.put(row.getString(0), row.<Long>getAs(ClickMeasures.COST_MICROS));
    }
    return new ClickSums(gross, cost);
  }
}
