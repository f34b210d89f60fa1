package io.clickledger.batch.fraud;

import static org.apache.spark.sql.functions.array_distinct;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.exists;
import static org.apache.spark.sql.functions.lead;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.rules.fraud.Verdict;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.RefAds;
import io.clickledger.spark.Judgements;
import io.clickledger.spark.Measures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * The gate of verdicts: by SQL alone, that the rollups of a run are the sums of its verdicts, that
 * each verdict has the reasons that it must have, that the model of behaviour changes no verdict
 * that it may not change, and that each price is the ad's at clicked_at.
 */
public final class VerdictGate {
  private static final String DAY = BillingClicksByDay.DAY;

  private VerdictGate() {}

  /**
   * Checks.
   *
   * @param verdicts of one run, of the days that it changed
   * @param quarterHours rows of the same run and days
   * @param ads ref.ads as the run read it
   * @param mode what the model of behaviour does in this run
   */
  public static List<QualityMetric> check(
      Dataset<Row> verdicts,
      Dataset<Row> quarterHours,
      Dataset<Row> ads,
      BatchSettings.BehaviourMode mode) {
    List<QualityMetric> metrics = new ArrayList<>();
    metrics.add(sums(verdicts, quarterHours));
    metrics.addAll(reasons(verdicts));
    metrics.add(model(verdicts, mode));
    metrics.add(prices(verdicts, ads));
    return metrics;
  }

  /** Each measure of each day, counted in both tables. */
  private static QualityMetric sums(Dataset<Row> verdicts, Dataset<Row> quarterHours) {
    Dataset<Row> counted =
        verdicts
            .groupBy(UtcDays.of(FraudClickVerdicts.CLICKED_AT).as(DAY))
            .agg(
                count(lit(1)).as(ClickMeasures.GROSS_CLICKS),
                Stream.concat(
                        Measures.VERDICTS.entrySet().stream()
                            .map(measure -> clicks(measure.getValue()).as(measure.getKey())),
                        Stream.of(
                            sum(when(is(Verdict.VALID), price()).otherwise(0L))
                                .as(ClickMeasures.COST_MICROS)))
                    .toArray(Column[]::new));
    List<Column> sums =
        ClickMeasures.SUMS.stream().map(measure -> sum(measure).as(measure)).toList();
    Dataset<Row> summed =
        quarterHours
            .groupBy(UtcDays.of(BillingClicksByQuarterHour.QUARTER_HOUR).as(DAY))
            .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new));
    Function<String, Column> difference =
        measure ->
            coalesce(summed.col(measure), lit(0L)).minus(coalesce(counted.col(measure), lit(0L)));
    List<Row> different =
        counted
            .join(summed, counted.col(DAY).equalTo(summed.col(DAY)), "full")
            .select(
                Stream.concat(
                        Stream.of(coalesce(counted.col(DAY), summed.col(DAY)).as(DAY)),
                        ClickMeasures.SUMS.stream()
                            .map(measure -> difference.apply(measure).as(measure)))
                    .toArray(Column[]::new))
            .where(
                ClickMeasures.SUMS.stream()
                    .map(measure -> not(col(measure).equalTo(0L)))
                    .reduce(Column::or)
                    .orElseThrow())
            .orderBy(DAY)
            .collectAsList();
    return metric(
        "rollups = sums of verdicts",
        different.size(),
        "the rollups have other sums than the verdicts, by "
            + String.join(", ", ClickMeasures.SUMS)
            + ": "
            + different);
  }

  /** An invalid click has a reason, a valid one none, and no reason stands twice. */
  private static List<QualityMetric> reasons(Dataset<Row> verdicts) {
    Column reasons = col(FraudClickVerdicts.REASONS);
    Row wrong =
        verdicts
            .agg(
                count_if(is(Verdict.VALID).and(size(reasons).gt(0))),
                count_if(
                    is(Verdict.GENERAL_INVALID)
                        .or(is(Verdict.SOPHISTICATED_INVALID))
                        .and(size(reasons).equalTo(0))),
                count_if(size(array_distinct(reasons)).lt(size(reasons))))
            .first();
    return List.of(
        metric("a valid click has no reason", wrong.getLong(0), "%d valid clicks have reasons"),
        metric("an invalid click has a reason", wrong.getLong(1), "%d invalid clicks have none"),
        metric("a rule counts once", wrong.getLong(2), "%d clicks have a reason twice"));
  }

  /**
   * A verdict has reasons of the model if and only if the model is on, takes the click for invalid,
   * and no rule does.
   */
  private static QualityMetric model(Dataset<Row> verdicts, BatchSettings.BehaviourMode mode) {
    Column reasons = col(FraudClickVerdicts.REASONS);
    Column isOfModel = exists(reasons, reason -> reason.startsWith(Judgements.MODEL_REASON));
    Column mayBe =
        is(Verdict.SOPHISTICATED_INVALID)
            .and(col(FraudClickVerdicts.SCORE).isNotNull())
            .and(col(FraudClickVerdicts.MODEL_VERSION).isNotNull())
            .and(coalesce(reasons.equalTo(ModelVerdicts.reasons()), lit(false)));
    Column isMissed = is(Verdict.VALID).and(col(FraudClickVerdicts.SCORE).isNotNull());
    Column wrong =
        mode == BatchSettings.BehaviourMode.ON ? isOfModel.and(not(mayBe)).or(isMissed) : isOfModel;
    return metric(
        "the model changes only the verdicts that it may change",
        verdicts.where(wrong).count(),
        "%d clicks have a verdict that does not follow from the model, which is "
            + mode.name().toLowerCase(Locale.ROOT));
  }

  /** Checks prices with a join that no rule or step uses: with the history of ads. */
  private static QualityMetric prices(Dataset<Row> verdicts, Dataset<Row> ads) {
    Column ended =
        lead(col(RefAds.VALID_FROM), 1)
            .over(Window.partitionBy(RefAds.AD_ID).orderBy(RefAds.VALID_FROM, RefAds.VERSION_ID));
    Dataset<Row> history =
        broadcast(
            ads.select(
                col(RefAds.AD_ID).as("priced_ad"),
                col(RefAds.CPC_MICROS),
                col(RefAds.VALID_FROM),
                ended.as("ended")));
    Column clickedAt = col(FraudClickVerdicts.CLICKED_AT);
    Column price = col(FraudClickVerdicts.PRICE_MICROS);
    Column valid =
        col(FraudClickVerdicts.AD_ID)
            .equalTo(col("priced_ad"))
            .and(clickedAt.geq(col(RefAds.VALID_FROM)))
            .and(col("ended").isNull().or(clickedAt.lt(col("ended"))));
    // An ad whose campaign or advertiser is not known yet has no price.
    Column isOwned = col(FraudClickVerdicts.ADVERTISER_ID).isNotNull();
    long wrong =
        verdicts
            .join(history, valid, "left")
            .where(
                not(price.isNotNull().equalTo(isOwned))
                    .or(isOwned.and(not(price.eqNullSafe(col(RefAds.CPC_MICROS))))))
            .count();
    return metric(
        "prices are those of ref.ads at clicked_at", wrong, "%d clicks have another price");
  }

  private static Column clicks(Verdict verdict) {
    return count_if(is(verdict));
  }

  private static Column is(Verdict verdict) {
    return col(FraudClickVerdicts.VERDICT).equalTo(verdict.name());
  }

  private static Column price() {
    return coalesce(col(FraudClickVerdicts.PRICE_MICROS), lit(0L));
  }

  private static QualityMetric metric(String rule, long wrong, String fault) {
    return QualityMetric.ofFaults(
        FraudClickVerdicts.TABLE, "Verdicts", rule, wrong, fault.formatted(wrong));
  }
}
