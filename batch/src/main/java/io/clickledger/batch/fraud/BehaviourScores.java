package io.clickledger.batch.fraud;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.udf;

import io.clickledger.batch.fraud.behaviour.ActorScore;
import io.clickledger.batch.fraud.behaviour.ActorScores;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.RawClicks;
import java.sql.Date;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF5;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What the model of behaviour says of clicks, by the actors of their days. */
final class BehaviourScores {
  private static final ArrayType REASONS = DataTypes.createArrayType(DataTypes.StringType);

  private static final StructType SCORE =
      new StructType()
          .add(FraudClickVerdicts.SCORE, DataTypes.DoubleType)
          .add(FraudClickVerdicts.MODEL_REASONS, REASONS);

  private BehaviourScores() {}

  /**
   * Adds score, model_version and model_reasons: those of the actor behind a click that the model
   * takes for invalid, nulls for any other click.
   *
   * @param byDay the actors of each day; empty where no model is run
   */
  static Dataset<Row> with(
      Dataset<Row> clicks, Optional<Broadcast<HashMap<LocalDate, ActorScores>>> byDay) {
    if (byDay.isEmpty()) {
      return clicks
          .withColumn(FraudClickVerdicts.SCORE, lit(null).cast(DataTypes.DoubleType))
          .withColumn(FraudClickVerdicts.MODEL_VERSION, lit(null).cast(DataTypes.StringType))
          .withColumn(FraudClickVerdicts.MODEL_REASONS, lit(null).cast(REASONS));
    }
    Broadcast<HashMap<LocalDate, ActorScores>> actors = byDay.get();
    UDF5<String, String, String, String, Date, Row> score =
        (userHash, ipHash, userAgent, publisherId, day) ->
            Optional.ofNullable(actors.value().get(day.toLocalDate()))
                .flatMap(ofDay -> ofDay.find(userHash, ipHash, userAgent, publisherId))
                .map(BehaviourScores::row)
                .orElse(null);
    String version = actors.value().values().iterator().next().modelVersion();
    Dataset<Row> scored =
        clicks.withColumn(
            "behaviour",
            udf(score, SCORE)
                .apply(
                    col(RawClicks.USER_HASH),
                    col(RawClicks.IP_HASH),
                    col(RawClicks.USER_AGENT),
                    col(RawClicks.PUBLISHER_ID),
                    to_date(col(RawClicks.CLICKED_AT))));
    return scored
        .withColumn(FraudClickVerdicts.SCORE, col("behaviour." + FraudClickVerdicts.SCORE))
        .withColumn(FraudClickVerdicts.MODEL_VERSION, lit(version))
        .withColumn(
            FraudClickVerdicts.MODEL_REASONS, col("behaviour." + FraudClickVerdicts.MODEL_REASONS))
        .drop("behaviour");
  }

  private static Row row(ActorScore actor) {
    return RowFactory.create(actor.score(), actor.reasons().toArray(String[]::new));
  }
}
