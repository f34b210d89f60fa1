package io.clickledger.batch.fraud.behaviour;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.exp;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.EnumMap;
import java.util.Map;
import org.apache.spark.sql.Column;

/**
 * A logistic regression over the features of one kind of actors. No coefficient is negative, so a
 * feature can only raise a score.
 *
 * @param threshold log-odds from which an actor's clicks are taken for invalid: scores near 1
 *     differ in digits that nobody reads
 */
record Scorecard(double threshold, double intercept, Map<Feature, Double> coefficients) {
  /**
   * A feature is a reason where it makes up at least this part of what speaks against the actor.
   */
  private static final double MIN_PART_OF_REASON = 0.15;

  Scorecard {
    if (!(threshold >= 0)) {
      throw new IllegalArgumentException(
          "threshold must be at least 0, which is a score of 0.5, was " + threshold);
    }
    coefficients.forEach(
        (feature, coefficient) -> {
          if (!(coefficient >= 0)) {
            throw new IllegalArgumentException(
                "the coefficient of %s must be at least 0, was %s"
                    .formatted(feature.id(), coefficient));
          }
        });
    coefficients = new EnumMap<>(coefficients);
  }

  /** The share of the actor's clicks that is estimated to be invalid. */
  Column score() {
    return lit(1).divide(exp(logOdds().multiply(-1)).plus(1));
  }

  /** Whether the actor's clicks are taken for invalid. */
  Column isInvalid() {
    return logOdds().geq(threshold);
  }

  Column logOdds() {
    return evidence().plus(intercept);
  }

  /** Ids of the features that made up much of the score. */
  Column reasons() {
    Column[] ids =
        coefficients.keySet().stream()
            .map(
                feature ->
                    when(
                        contribution(feature).geq(evidence().multiply(MIN_PART_OF_REASON)),
                        lit(feature.id())))
            .toArray(Column[]::new);
    return filter(array(ids), Column::isNotNull);
  }

  private Column evidence() {
    return coefficients.keySet().stream().map(this::contribution).reduce(lit(0.0), Column::plus);
  }

  private Column contribution(Feature feature) {
    return col("`" + feature.id() + "`").multiply(coefficients.get(feature));
  }
}
