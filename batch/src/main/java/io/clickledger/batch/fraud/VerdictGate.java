package io.clickledger.batch.fraud;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lead;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.RawDay;
import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.RefAds;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * The gate of verdicts: by SQL alone, that each click in raw.clicks has one verdict, that the
 * rollups of a run are the sums of its verdicts, that each verdict has the reasons that it must
 * have, that the model of behaviour changes no verdict that it may not change, and that each price
 * is the ad's at clicked_at. All but the price is found in one pass over the verdicts.
 */
public final class VerdictGate {
  private static final int MAX_NAMED = 5;

  private VerdictGate() {}

  /**
   * Checks.
   *
   * @param verdicts of one run, of the days that it changed
   * @param quarterHours rows of the same run and days
   * @param rawDays these days, as raw.clicks has the clicks that the run had to judge
   * @param ads ref.ads as the run read it
   * @param mode what the model of behaviour does in this run
   */
  public static List<QualityMetric> check(
      Dataset<Row> verdicts,
      Dataset<Row> quarterHours,
      SortedMap<LocalDate, RawDay> rawDays,
      Dataset<Row> ads,
      BatchSettings.BehaviourMode mode) {
    List<Row> counted = QuarterHourSums.ofVerdicts(verdicts, mode).collectAsList();
    List<QualityMetric> metrics = new ArrayList<>();
    metrics.add(clicks(counted, rawDays));
    metrics.add(sums(counted, QuarterHourSums.ofRollups(quarterHours).collectAsList()));
    metrics.add(
        metric(
            "a valid click has no reason",
            total(counted, QuarterHourSums.VALID_WITH_REASON),
            "%d valid clicks have reasons"));
    metrics.add(
        metric(
            "an invalid click has a reason",
            total(counted, QuarterHourSums.INVALID_WITHOUT_REASON),
            "%d invalid clicks have none"));
    metrics.add(
        metric(
            "a rule counts once",
            total(counted, QuarterHourSums.REASON_TWICE),
            "%d clicks have a reason twice"));
    metrics.add(
        metric(
            "the model changes only the verdicts that it may change",
            total(counted, QuarterHourSums.WRONG_BY_MODEL),
            "%d clicks have a verdict that does not follow from the model, which is "
                + mode.name().toLowerCase(Locale.ROOT)));
    metrics.add(prices(verdicts, ads));
    return metrics;
  }

  /** Each click has one verdict. */
  private static QualityMetric clicks(List<Row> counted, SortedMap<LocalDate, RawDay> rawDays) {
    SortedMap<LocalDate, RawDay> judged = new TreeMap<>();
    for (Row row : counted) {
      judged.merge(
          BillingRunDays.day(Instant.ofEpochSecond(row.<Long>getAs(QuarterHourSums.QUARTER_HOUR))),
          new RawDay(
              row.getAs(ClickMeasures.GROSS_CLICKS),
              row.<Long>getAs(QuarterHourSums.CLICK_CHECKSUM),
              0),
          (one, other) ->
              new RawDay(
                  one.clicks() + other.clicks(), one.clickChecksum() ^ other.clickChecksum(), 0));
    }
    SortedSet<LocalDate> days = new TreeSet<>(rawDays.keySet());
    days.addAll(judged.keySet());
    List<String> wrong = new ArrayList<>();
    for (LocalDate day : days) {
      RawDay verdicts = judged.getOrDefault(day, RawDay.NONE);
      RawDay raw = rawDays.getOrDefault(day, RawDay.NONE);
      if (verdicts.clicks() != raw.clicks() || verdicts.clickChecksum() != raw.clickChecksum()) {
        wrong.add("%s (%d verdicts, %d clicks)".formatted(day, verdicts.clicks(), raw.clicks()));
      }
    }
    return QualityMetric.ofFaults(
        FraudClickVerdicts.TABLE,
        "Verdicts",
        "each click in raw.clicks has one verdict",
        wrong.size(),
        "a click has none, several, or those of another one, on " + wrong);
  }

  /** Each measure of each quarter of an hour, counted in both tables. */
  private static QualityMetric sums(List<Row> counted, List<Row> summed) {
    Map<Long, Row> verdicts = byQuarterHour(counted);
    Map<Long, Row> rollups = byQuarterHour(summed);
    SortedSet<Long> times = new TreeSet<>(verdicts.keySet());
    times.addAll(rollups.keySet());
    List<String> different = new ArrayList<>();
    for (Long time : times) {
      List<String> measures =
          QuarterHourSums.ALL.stream()
              .filter(sum -> value(verdicts.get(time), sum) != value(rollups.get(time), sum))
              .toList();
      if (!measures.isEmpty()) {
        different.add(Instant.ofEpochSecond(time) + " in " + String.join(", ", measures));
      }
    }
    return QualityMetric.ofFaults(
        FraudClickVerdicts.TABLE,
        "Verdicts",
        "rollups = sums of verdicts",
        different.size(),
        "%d quarters of an hour have other sums in the rollups than in the verdicts, such as %s"
            .formatted(
                different.size(),
                String.join("; ", different.subList(0, Math.min(MAX_NAMED, different.size())))));
  }

  private static Map<Long, Row> byQuarterHour(List<Row> rows) {
    Map<Long, Row> byQuarterHour = new TreeMap<>();
    rows.forEach(row -> byQuarterHour.put(row.getAs(QuarterHourSums.QUARTER_HOUR), row));
    return byQuarterHour;
  }

  private static long value(Row row, String sum) {
    return row == null ? 0 : row.<Long>getAs(sum);
  }

  private static long total(List<Row> counted, String column) {
    return counted.stream().mapToLong(row -> row.getAs(column)).sum();
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

  private static QualityMetric metric(String rule, long wrong, String fault) {
    return QualityMetric.ofFaults(
        FraudClickVerdicts.TABLE, "Verdicts", rule, wrong, fault.formatted(wrong));
  }
}
