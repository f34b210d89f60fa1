package io.clickledger.batch.reconcile;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.exists;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.clickledger.rules.fraud.Verdict;
import io.clickledger.schemas.AuditReconciliation;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.spark.Judgements;
import io.clickledger.spark.Measures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** The rows that a reconciliation sums: what live counted, and what each judged click adds. */
final class MeasureParts {
  private static final String HOUR = AuditReconciliation.HOUR;

  private MeasureParts() {}

  /** What a measure is summed from, each in a column of its own. */
  enum Part {
    LIVE,
    RECOMPUTED,
    FINAL,
    NOT_YET_COUNTED,
    DUPLICATE_BEYOND_WINDOW,
    DUPLICATE_BEYOND_HORIZON,
    RESCORED,
    RULE_VERSION,
    /** Up to which difference live may have judged otherwise by rules that are not known here. */
    UNCERTAIN;

    String column(String measure) {
      return name() + "_" + measure;
    }
  }

  /** Every grain has one row of sums: metadata may give clicks of an ad another owner. */
  static final List<String> GRAIN =
      List.of(
          HOUR,
          ClickDimensions.AD_ID,
          ClickDimensions.PUBLISHER_ID,
          ClickDimensions.GEO_COUNTRY,
          ClickDimensions.DEVICE_TYPE,
          ClickDimensions.CAMPAIGN_ID,
          ClickDimensions.CURRENCY);

  /** The sums of live's rows. */
  static Dataset<Row> ofLive(Dataset<Row> live) {
    List<Column> columns = new ArrayList<>();
    columns.add(date_trunc("hour", col(LiveClicksByMinute.MINUTE)).as(HOUR));
    GRAIN.stream().skip(1).map(functions::col).forEach(columns::add);
    ClickMeasures.SUMS.forEach(measure -> columns.add(col(measure).as(Part.LIVE.column(measure))));
    return live.select(columns.toArray(Column[]::new));
  }

  /**
   * What each click adds to the parts.
   *
   * @param landedThrough up to which landing live had counted
   * @param otherRules versions of rules by which live may have judged otherwise
   */
  static Dataset<Row> ofClicks(Dataset<Row> judged, Instant landedThrough, Set<String> otherRules) {
    Column isCounted = col(RawClicks.LANDED_AT).leq(lit(landedThrough));
    Column isFinalDuplicate = is(Judgements.VERDICT, Verdict.DUPLICATE);
    Column isLiveDuplicate = is(Judgements.LIVE_VERDICT, Verdict.DUPLICATE);
    Column isRescored =
        exists(
            col(FraudClickVerdicts.REASONS), reason -> reason.startsWith(Judgements.MODEL_REASON));
    Column isOfOtherLists = not(isFinalDuplicate).and(not(isLiveDuplicate)).and(not(isRescored));
    Column isUncertain = col(RawClicks.RULES_VERSION).isin(otherRules.toArray());
    List<Column> columns = new ArrayList<>();
    columns.add(date_trunc("hour", col(RawClicks.CLICKED_AT)).as(HOUR));
    GRAIN.stream().skip(1).map(functions::col).forEach(columns::add);
    for (String measure : ClickMeasures.SUMS) {
      Column inFinal = added(measure, Judgements.VERDICT, ClickMeasures.COST_MICROS);
      Column inLive = added(measure, Judgements.LIVE_VERDICT, Judgements.LIVE_COST_MICROS);
      Column change = inFinal.minus(inLive);
      columns.add(inFinal.as(Part.FINAL.column(measure)));
      columns.add(where(isCounted, inLive).as(Part.RECOMPUTED.column(measure)));
      columns.add(where(not(isCounted), inFinal).as(Part.NOT_YET_COUNTED.column(measure)));
      columns.add(
          where(isCounted.and(isFinalDuplicate), change)
              .as(Part.DUPLICATE_BEYOND_WINDOW.column(measure)));
      columns.add(
          where(isCounted.and(isLiveDuplicate), change)
              .as(Part.DUPLICATE_BEYOND_HORIZON.column(measure)));
      columns.add(where(isCounted.and(isRescored), change).as(Part.RESCORED.column(measure)));
      columns.add(
          where(isCounted.and(isOfOtherLists), change).as(Part.RULE_VERSION.column(measure)));
      columns.add(where(isUncertain, mayDiffer(measure)).as(Part.UNCERTAIN.column(measure)));
    }
    return judged.select(columns.toArray(Column[]::new));
  }

  /** By how much other rules may change what a click adds to a measure: never its being counted. */
  private static Column mayDiffer(String measure) {
    return switch (measure) {
      case ClickMeasures.GROSS_CLICKS, ClickMeasures.DUPLICATE_CLICKS -> lit(0L);
      case ClickMeasures.COST_MICROS -> coalesce(col(FraudClickVerdicts.PRICE_MICROS), lit(0L));
      default -> lit(1L);
    };
  }

  /** What a click with this verdict adds to a measure. */
  private static Column added(String measure, String verdict, String cost) {
    return switch (measure) {
      case ClickMeasures.GROSS_CLICKS -> lit(1L);
      case ClickMeasures.COST_MICROS -> col(cost);
      default -> is(verdict, Measures.VERDICTS.get(measure)).cast("long");
    };
  }

  private static Column where(Column condition, Column value) {
    return when(condition, value).otherwise(lit(0L));
  }

  private static Column is(String column, Verdict verdict) {
    return col(column).equalTo(verdict.name());
  }
}
