package io.clickledger.batch.fraud.behaviour;

import static java.util.stream.Collectors.toMap;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.floor;

import io.clickledger.spark.KeptRows;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Matrices;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Trains a {@link BehaviourModel} from days of clicks whose verdicts are known. Each actor is two
 * examples: an invalid one with the weight of its invalid clicks, and a valid one with that of the
 * others. So a score estimates a share of clicks, and an address that people share with a machine
 * scores low.
 */
public final class BehaviourTraining {
  /** Column that a labelled day has beside those of raw.clicks: whether the click is invalid. */
  public static final String INVALID = "invalid";

  /** Against coefficients without bounds where a feature separates perfectly. */
  private static final double REGULARIZATION = 1e-4;

  /** Which part of the invalid clicks that may be found a higher threshold must keep. */
  private static final double KEPT = 0.98;

  /** A threshold that no log-odds reach. */
  private static final double NEVER = 1e9;

  private static final String LOG_ODDS = "log_odds";

  /** Steps of log-odds among which the threshold is looked for. */
  private static final int STEPS = 20;

  private static final MathContext DIGITS = new MathContext(4);

  private final List<Dataset<Row>> days;
  private final Consumer<String> log;

  /**
   * @param days each of one UTC day: rows of raw.clicks with {@link #INVALID}
   * @param log takes sentences about what was found
   */
  public BehaviourTraining(List<Dataset<Row>> days, Consumer<String> log) {
    this.days = List.copyOf(days);
    this.log = log;
  }

  /** Trains on all days. The same days give the same model. */
  public BehaviourModel train(String version, String trainedOn) {
    Map<ActorKind, List<KeptRows>> actors = new EnumMap<>(ActorKind.class);
    try {
      for (Dataset<Row> day : days) {
        DayFeatures.with(day, features -> label(day, features, actors));
      }
      Map<ActorKind, Scorecard> scorecards = new EnumMap<>(ActorKind.class);
      actors.forEach((kind, ofDays) -> scorecards.put(kind, scorecard(kind, union(ofDays))));
      return new BehaviourModel(version, trainedOn, scorecards);
    } finally {
      actors.values().stream().flatMap(List::stream).forEach(KeptRows::close);
    }
  }

  private static Dataset<Row> union(List<KeptRows> ofDays) {
    return ofDays.stream().map(KeptRows::rows).reduce(Dataset::union).orElseThrow();
  }

  /** Adds the actors of a day with the part of their clicks that is invalid. */
  private static Map<ActorKind, List<KeptRows>> label(
      Dataset<Row> day,
      Map<ActorKind, Dataset<Row>> features,
      Map<ActorKind, List<KeptRows>> actors) {
    features.forEach(
        (kind, rows) -> {
          String[] keys = kind.keys().toArray(String[]::new);
          Dataset<Row> labels =
              DayClicks.of(day)
                  .groupBy(
                      kind.keys().stream()
                          .map(functions::col)
                          .toArray(org.apache.spark.sql.Column[]::new))
                  .agg(avg(col(INVALID).cast("double")).as("part"));
          KeptRows labelled = KeptRows.of(rows.join(labels, keys, "inner"));
          actors.computeIfAbsent(kind, key -> new ArrayList<>()).add(labelled);
          // Now, because what the features are made of is kept no longer than this.
          labelled.rows().count();
        });
    return actors;
  }

  private Scorecard scorecard(ActorKind kind, Dataset<Row> actors) {
    List<Feature> features = kind.features();
    Dataset<Row> vectors =
        new VectorAssembler()
            .setInputCols(features.stream().map(Feature::id).toArray(String[]::new))
            .setOutputCol("features")
            .transform(actors);
    Dataset<Row> examples =
        vectors
            .selectExpr("features", "1D AS label", "log2(1 + clicks) * part AS weight")
            .union(
                vectors.selectExpr(
                    "features", "0D AS label", "log2(1 + clicks) * (1 - part) AS weight"))
            .where("weight > 0")
            // One partition: sums do not depend on which task ends first.
            .coalesce(1);
    LogisticRegressionModel fitted;
    try (KeptRows kept = KeptRows.of(examples)) {
      if (kept.rows().select("label").distinct().count() < 2) {
        log.accept(
            "%s: no invalid or no valid clicks to learn from, so none is found".formatted(kind));
        return new Scorecard(NEVER, 0, features.stream().collect(toMap(f -> f, f -> 0.0)));
      }
      fitted =
          new LogisticRegression()
              .setWeightCol("weight")
              .setRegParam(REGULARIZATION)
              .setMaxIter(500)
              .setTol(1e-8)
              .setLowerBoundsOnCoefficients(Matrices.zeros(1, features.size()))
              .fit(kept.rows());
    }
    Map<Feature, Double> coefficients = new EnumMap<>(Feature.class);
    for (int i = 0; i < features.size(); i++) {
      coefficients.put(features.get(i), rounded(fitted.coefficients().apply(i)));
    }
    Scorecard scorecard = new Scorecard(0, rounded(fitted.intercept()), coefficients);
    double threshold = threshold(kind, actors.withColumn(LOG_ODDS, scorecard.logOdds()));
    return new Scorecard(threshold, scorecard.intercept(), coefficients);
  }

  /**
   * The clicks of actors from the threshold on are as rarely valid as they may be. Of such
   * thresholds, one that is as high as costs few invalid clicks: where there is a gap between
   * people and machines, it is at the machines' side.
   */
  private double threshold(ActorKind kind, Dataset<Row> scored) {
    List<Row> steps =
        scored
            .groupBy(floor(col(LOG_ODDS).multiply(STEPS)).cast("long").as("step"))
            .agg(expr("sum(clicks * part) AS invalid"), expr("sum(clicks * (1 - part)) AS valid"))
            .orderBy(col("step").desc())
            .collectAsList();
    double invalid = 0;
    double valid = 0;
    double found = 0;
    for (Row row : steps) {
      invalid += row.getDouble(1);
      valid += row.getDouble(2);
      if (row.getLong(0) >= 0 && invalid >= kind.targetPrecision() * (invalid + valid)) {
        found = invalid;
      }
    }
    if (found == 0) {
      log.accept("%s: no threshold is precise enough, so none is found".formatted(kind));
      return NEVER;
    }
    double kept = 0;
    int place = -1;
    while (kept < found * KEPT || place < 0) {
      kept += steps.get(++place).getDouble(1);
    }
    double threshold = Math.max(0, steps.get(place).getLong(0) / (double) STEPS);
    log.accept(
        "%s: threshold %.2f, which finds %.0f of %.0f invalid clicks of actors that can be judged"
            .formatted(kind, threshold, kept, invalid));
    return threshold;
  }

  private static double rounded(double value) {
    return new BigDecimal(value).round(DIGITS).doubleValue();
  }
}
