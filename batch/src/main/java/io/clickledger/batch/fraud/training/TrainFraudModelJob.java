package io.clickledger.batch.fraud.training;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import io.clickledger.batch.fraud.behaviour.BehaviourModel;
import io.clickledger.batch.fraud.behaviour.BehaviourTraining;
import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.RawClicks;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Trains a model of behaviour from days of raw.clicks and from what is known of their clicks. */
final class TrainFraudModelJob {
  private static final StructType LABELS =
      new StructType()
          .add(RawClicks.CLICK_ID, DataTypes.StringType)
          .add(BehaviourTraining.INVALID, DataTypes.BooleanType);

  private final SparkSession spark;
  private final Consumer<String> log;

  TrainFraudModelJob(SparkSession spark, Consumer<String> log) {
    this.spark = spark;
    this.log = log;
  }

  /**
   * Trains on the days. A click that no label names is valid.
   *
   * @param labels files of JSON lines with click_id and invalid
   */
  BehaviourModel run(List<LocalDate> days, List<Path> labels, String version) {
    Dataset<Row> known =
        spark
            .read()
            .schema(LABELS)
            .json(labels.stream().map(Path::toString).toArray(String[]::new))
            .groupBy(RawClicks.CLICK_ID)
            .agg(max(BehaviourTraining.INVALID).as(BehaviourTraining.INVALID));
    List<Dataset<Row>> labelled = days.stream().map(day -> labelled(day, known)).toList();
    for (int i = 0; i < days.size(); i++) {
      if (labelled.get(i).where(BehaviourTraining.INVALID).isEmpty()) {
        throw new RefusedException(
            "no click of %s is known to be invalid: there is nothing to learn from it"
                .formatted(days.get(i)));
      }
    }
    return new BehaviourTraining(labelled, log).train(version, "raw.clicks of " + days);
  }

  private Dataset<Row> labelled(LocalDate day, Dataset<Row> known) {
    return spark
        .table(RawClicks.TABLE.toString())
        .where(
            col(RawClicks.CLICKED_AT)
                .geq(lit(day.atStartOfDay(ZoneOffset.UTC).toInstant()))
                .and(
                    col(RawClicks.CLICKED_AT)
                        .lt(lit(day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant()))))
        .join(known, new String[] {RawClicks.CLICK_ID}, "left")
        .withColumn(
            BehaviourTraining.INVALID, coalesce(col(BehaviourTraining.INVALID), lit(false)));
  }
}
