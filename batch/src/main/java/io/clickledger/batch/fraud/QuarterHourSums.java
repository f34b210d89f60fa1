package io.clickledger.batch.fraud;

import static org.apache.spark.sql.functions.array_distinct;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.exists;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.unix_seconds;
import static org.apache.spark.sql.functions.when;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.input.ClickChecksums;
import io.clickledger.rules.fraud.Verdict;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.spark.Judgements;
import io.clickledger.spark.Measures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What clicks add up to in each quarter of an hour, by the verdicts and by the rollups. A checksum
 * of the grain stands for the sums at that grain, so that nothing is shuffled by it.
 */
final class QuarterHourSums {
  static final String QUARTER_HOUR = "quarter_hour_seconds";
  static final String CLICK_CHECKSUM = "click_checksum";
  private static final String CLICKS_BY_OWNER = "clicks by owner, ad, publisher and currency";
  private static final String COST_BY_OWNER = "cost by owner, ad, publisher and currency";
  static final String VALID_WITH_REASON = "valid_with_reason";
  static final String INVALID_WITHOUT_REASON = "invalid_without_reason";
  static final String REASON_TWICE = "reason_twice";
  static final String WRONG_BY_MODEL = "wrong_by_model";
  private static final long PRIME = (1L << 31) - 1;

  /** What verdicts and rollups must have in common in each quarter of an hour. */
  static final List<String> ALL =
      Stream.concat(ClickMeasures.SUMS.stream(), Stream.of(CLICKS_BY_OWNER, COST_BY_OWNER))
          .toList();

  private QuarterHourSums() {}

  /**
   * The verdicts of each quarter of an hour: {@link #ALL}, a checksum of the clicks, and how many
   * clicks break a rule.
   */
  static Dataset<Row> ofVerdicts(Dataset<Row> verdicts, BatchSettings.BehaviourMode mode) {
    List<Column> sums = new ArrayList<>();
    for (String measure : ClickMeasures.SUMS) {
      sums.add(
          switch (measure) {
            case ClickMeasures.GROSS_CLICKS -> count(lit(1)).as(measure);
            case ClickMeasures.COST_MICROS -> sum(cost()).as(measure);
            default -> count_if(is(Measures.VERDICTS.get(measure))).as(measure);
          });
    }
    Column owner = owner(ClickChecksums.quarterHour(FraudClickVerdicts.CLICKED_AT));
    Column byVerdict = lit(0L);
    for (Map.Entry<String, Verdict> measure : Measures.VERDICTS.entrySet()) {
      byVerdict = when(is(measure.getValue()), weight(measure.getKey())).otherwise(byVerdict);
    }
    sums.add(byOwner(byVerdict, owner).as(CLICKS_BY_OWNER));
    sums.add(byOwner(cost(), owner).as(COST_BY_OWNER));
    Column reasons = col(FraudClickVerdicts.REASONS);
    sums.add(count_if(is(Verdict.VALID).and(size(reasons).gt(0))).as(VALID_WITH_REASON));
    sums.add(
        count_if(
                is(Verdict.GENERAL_INVALID)
                    .or(is(Verdict.SOPHISTICATED_INVALID))
                    .and(size(reasons).equalTo(0)))
            .as(INVALID_WITHOUT_REASON));
    sums.add(count_if(size(array_distinct(reasons)).lt(size(reasons))).as(REASON_TWICE));
    sums.add(count_if(isWrongByModel(mode)).as(WRONG_BY_MODEL));
    return verdicts
        .groupBy(ClickChecksums.quarterHour(FraudClickVerdicts.CLICKED_AT).as(QUARTER_HOUR))
        .agg(ClickChecksums.ofClicks().as(CLICK_CHECKSUM), sums.toArray(Column[]::new));
  }

  /** The rollups of each quarter of an hour: {@link #ALL}. */
  static Dataset<Row> ofRollups(Dataset<Row> quarterHours) {
    Column start = unix_seconds(col(BillingClicksByQuarterHour.QUARTER_HOUR));
    Column owner = owner(start);
    Column byVerdict = lit(0L);
    for (String measure : Measures.VERDICTS.keySet()) {
      byVerdict = byVerdict.plus(col(measure).multiply(weight(measure)));
    }
    List<Column> sums = new ArrayList<>();
    ClickMeasures.SUMS.forEach(measure -> sums.add(sum(measure).as(measure)));
    sums.add(byOwner(byVerdict, owner).as(CLICKS_BY_OWNER));
    sums.add(byOwner(col(ClickMeasures.COST_MICROS), owner).as(COST_BY_OWNER));
    return quarterHours
        .groupBy(start.as(QUARTER_HOUR))
        .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new));
  }

  /** A checksum of the dimensions that a verdict has. */
  private static Column owner(Column quarterHour) {
    return ClickChecksums.of(
        quarterHour,
        ClickDimensions.ADVERTISER_ID,
        ClickDimensions.CAMPAIGN_ID,
        ClickDimensions.AD_ID,
        ClickDimensions.PUBLISHER_ID,
        ClickDimensions.CURRENCY);
  }

  /**
   * The sum of values times the checksums of their owners, modulo a prime: whatever is added first,
   * it comes out the same, and never exceeds a long.
   */
  private static Column byOwner(Column value, Column owner) {
    Column prime = lit(PRIME);
    return pmod(sum(pmod(pmod(value, prime).multiply(owner), prime)), prime);
  }

  /** Tells the verdicts of clicks of one owner from each other. */
  private static Column weight(String measure) {
    return lit(1L << 2 * ClickMeasures.SUMS.indexOf(measure));
  }

  /**
   * A verdict has reasons of the model if and only if the model is on, takes the click for invalid,
   * and no rule does.
   */
  private static Column isWrongByModel(BatchSettings.BehaviourMode mode) {
    Column reasons = col(FraudClickVerdicts.REASONS);
    Column isOfModel = exists(reasons, reason -> reason.startsWith(Judgements.MODEL_REASON));
    Column mayBe =
        is(Verdict.SOPHISTICATED_INVALID)
            .and(col(FraudClickVerdicts.SCORE).isNotNull())
            .and(col(FraudClickVerdicts.MODEL_VERSION).isNotNull())
            .and(coalesce(reasons.equalTo(ModelVerdicts.reasons()), lit(false)));
    Column isMissed = is(Verdict.VALID).and(col(FraudClickVerdicts.SCORE).isNotNull());
    return mode == BatchSettings.BehaviourMode.ON
        ? isOfModel.and(not(mayBe)).or(isMissed)
        : isOfModel;
  }

  private static Column cost() {
    return when(is(Verdict.VALID), coalesce(col(FraudClickVerdicts.PRICE_MICROS), lit(0L)))
        .otherwise(lit(0L));
  }

  private static Column is(Verdict verdict) {
    return col(FraudClickVerdicts.VERDICT).equalTo(verdict.name());
  }
}
