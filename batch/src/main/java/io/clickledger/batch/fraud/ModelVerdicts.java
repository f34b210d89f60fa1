package io.clickledger.batch.fraud;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import io.clickledger.rules.fraud.Verdict;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.spark.Judgements;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The verdicts that the model of behaviour gives: it changes valid clicks only. */
final class ModelVerdicts {
  private ModelVerdicts() {}

  /**
   * Makes valid clicks that the model takes for invalid SOPHISTICATED_INVALID, with its reasons and
   * without a cost. Live does not know the model, so the live verdict stays.
   *
   * @param judged clicks with score and model_reasons
   */
  static Dataset<Row> apply(Dataset<Row> judged) {
    Column isChanged =
        col(FraudClickVerdicts.VERDICT)
            .equalTo(Verdict.VALID.name())
            .and(col(FraudClickVerdicts.SCORE).isNotNull());
    return judged.withColumns(
        Map.of(
            FraudClickVerdicts.VERDICT,
            instead(
                isChanged, FraudClickVerdicts.VERDICT, lit(Verdict.SOPHISTICATED_INVALID.name())),
            FraudClickVerdicts.REASONS,
            instead(isChanged, FraudClickVerdicts.REASONS, reasons()),
            ClickMeasures.COST_MICROS,
            instead(isChanged, ClickMeasures.COST_MICROS, lit(0L))));
  }

  /** The model's reasons as reasons of a verdict, in the order of their ids. */
  static Column reasons() {
    return array_sort(
        transform(
            col(FraudClickVerdicts.MODEL_REASONS), id -> concat(lit(Judgements.MODEL_REASON), id)));
  }

  private static Column instead(Column isChanged, String column, Column value) {
    return when(isChanged, value).otherwise(col(column));
  }
}
