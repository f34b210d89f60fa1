package io.clickledger.batch.fraud.shadow;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.clickledger.rules.fraud.Verdict;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.FraudClickVerdicts;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * The valid clicks that would be invalid if rules and models in shadow were switched on, counted by
 * what changes them, advertiser and publisher.
 */
final class ShadowChanges {
  /** Id of a rule, {@code model:} and a version, or {@link #ALL}. */
  static final String CHANGED_BY = "changed_by";

  /** All rules and models together: a click that several of them match counts once. */
  static final String ALL = "*";

  static final String CLICKS = "clicks";

  /** The columns of the answer, in its order. */
  static final String[] COLUMNS = {
    CHANGED_BY,
    FraudClickVerdicts.ADVERTISER_ID,
    FraudClickVerdicts.PUBLISHER_ID,
    FraudClickVerdicts.CURRENCY,
    CLICKS,
    ClickMeasures.COST_MICROS
  };

  private ShadowChanges() {}

  /** Counts the clicks with {@link #COLUMNS}. */
  static Dataset<Row> of(Dataset<Row> verdicts) {
    Column none = array().cast(DataTypes.createArrayType(DataTypes.StringType));
    Column byModel =
        when(
                col(FraudClickVerdicts.SCORE).isNotNull(),
                array(concat(lit("model:"), col(FraudClickVerdicts.MODEL_VERSION))))
            .otherwise(none);
    Column changedBy = concat(coalesce(col(FraudClickVerdicts.SHADOW_REASONS), none), byModel);
    return verdicts
        .where(col(FraudClickVerdicts.VERDICT).equalTo(Verdict.VALID.name()))
        .withColumn(CHANGED_BY, changedBy)
        .where(size(col(CHANGED_BY)).gt(0))
        .withColumn(CHANGED_BY, explode(concat(col(CHANGED_BY), array(lit(ALL)))))
        .groupBy(Stream.of(COLUMNS).limit(4).map(functions::col).toArray(Column[]::new))
        .agg(
            count(lit(1)).as(CLICKS),
            sum(coalesce(col(FraudClickVerdicts.PRICE_MICROS), lit(0L)))
                .as(ClickMeasures.COST_MICROS));
  }

  /** The sums over all advertisers and publishers, which are {@link #ALL} in its rows. */
  static Dataset<Row> totals(Dataset<Row> changes) {
    return changes
        .groupBy(CHANGED_BY, FraudClickVerdicts.CURRENCY)
        .agg(sum(CLICKS).as(CLICKS), sum(ClickMeasures.COST_MICROS).as(ClickMeasures.COST_MICROS))
        .withColumn(FraudClickVerdicts.ADVERTISER_ID, lit(ALL))
        .withColumn(FraudClickVerdicts.PUBLISHER_ID, lit(ALL))
        .select(Stream.of(COLUMNS).map(functions::col).toArray(Column[]::new))
        .orderBy(CHANGED_BY, FraudClickVerdicts.CURRENCY);
  }

  /** The changes with the most money; the order of equal ones is fixed too. */
  static Dataset<Row> greatest(Dataset<Row> changes, int limit) {
    return changes
        .orderBy(
            Stream.concat(
                    Stream.of(col(ClickMeasures.COST_MICROS).desc(), col(CLICKS).desc()),
                    Stream.of(COLUMNS).limit(4).map(functions::col))
                .toArray(Column[]::new))
        .limit(limit);
  }
}
