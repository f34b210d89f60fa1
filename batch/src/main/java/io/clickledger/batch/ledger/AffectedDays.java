package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_from_unix_date;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.unix_micros;

import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.BillingTerms;
import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.batch.billing.rollup.RollUpStep;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingUnchargedClicks;
import io.clickledger.schemas.BillingVoidedClicks;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.spark.KeptRows;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.api.java.UDF4;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;

/**
 * The local days of campaigns whose charges a billing run computes again: those that have ended and
 * have other clicks or terms than in the publication before, and for a campaign with a total budget
 * all ended days after its first such day.
 */
final class AffectedDays implements AutoCloseable {
  /** The columns of a local day of a campaign. */
  static final String[] KEY = {BillingLedger.CAMPAIGN_ID, BillingLedger.BILLING_DAY};

  private static final String QUARTER_HOUR = BillingClicksByQuarterHour.QUARTER_HOUR;
  private static final String ENDS = "ends";

  private final KeptRows keys;
  private final SortedSet<LocalDate> days;
  private final SortedMap<String, LocalDate> firstDays;

  private AffectedDays(
      KeptRows keys, SortedSet<LocalDate> days, SortedMap<String, LocalDate> firstDays) {
    this.keys = keys;
    this.days = days;
    this.firstDays = firstDays;
  }

  /** Where the days are looked for. */
  record Search(
      BillingRunBranch branch,
      Broadcast<BillingTerms> terms,
      Optional<Broadcast<BillingTerms>> termsBefore,
      BillingRunDays runDays,
      RollUpStep.Result rollUps,
      String runId) {

    AffectedDays find() {
      KeptRows changed = KeptRows.of(changed().select(key()).distinct());
      SortedMap<String, LocalDate> first = firstOfTotalBudget(changed.rows());
      KeptRows all = changed;
      if (!first.isEmpty()) {
        LocalDate from = first.values().stream().min(LocalDate::compareTo).orElseThrow();
        UserDefinedFunction after =
            udf(
                (UDF2<String, Integer, Boolean>)
                    (campaign, day) ->
                        campaign != null
                            && day != null
                            && first.containsKey(campaign)
                            && day >= first.get(campaign).toEpochDay(),
                DataTypes.BooleanType);
        Dataset<Row> later =
            chargeable(branch.quarterHours(daysFrom(from.minusDays(1))))
                .where(
                    after.apply(
                        col(BillingLedger.CAMPAIGN_ID), unix_date(col(BillingLedger.BILLING_DAY))));
        all = KeptRows.of(changed.rows().union(later.select(key())).distinct());
      }
      SortedSet<LocalDate> days = new TreeSet<>();
      all.rows()
          .select(BillingLedger.BILLING_DAY)
          .distinct()
          .collectAsList()
          .forEach(row -> days.add(row.getDate(0).toLocalDate()));
      if (all != changed) {
        changed.close();
      }
      return new AffectedDays(all, days, first);
    }

    private Dataset<Row> changed() {
      Instant seam = runDays.seam().orElse(Instant.EPOCH);
      SortedSet<LocalDate> replaced = rollUps.replaced();
      // A local day that ended since has clicks in a new UTC day or in the one before it.
      Dataset<Row> rows =
          chargeable(branch.quarterHours(around(replaced)))
              .where(UtcDays.contain(replaced, QUARTER_HOUR).or(col(ENDS).gt(lit(seam))))
              .select(key())
              .union(chargeable(branch.publishedQuarterHours(replaced)).select(key()));
      if (!runDays.added().isEmpty()) {
        rows =
            rows.union(
                chargeable(branch.quarterHours(runDays.added()))
                    .where(col(BillingClicksByQuarterHour.RUN_ID).equalTo(runId))
                    .select(key()));
      }
      rows = rows.union(voided());
      return termsBefore.map(this::ofChangedTerms).map(rows::union).orElse(rows);
    }

    private Dataset<Row> voided() {
      Dataset<Row> voided =
          branch
              .rows(BillingVoidedClicks.TABLE)
              .where(col(BillingVoidedClicks.RUN_ID).equalTo(runId))
              .withColumn(QUARTER_HOUR, col(BillingVoidedClicks.CLICKED_AT));
      return ended(voided).select(key());
    }

    private Dataset<Row> ofChangedTerms(Broadcast<BillingTerms> before) {
      BillingTerms.Changes changes = terms.value().changesSince(before.value(), runDays.through());
      // Clicks of publishers that nobody knew were not charged.
      Dataset<Row> known =
          branch
              .published(BillingUnchargedClicks.TABLE)
              .where(
                  col(BillingUnchargedClicks.REASON)
                      .equalTo(UnchargedReason.UNKNOWN_PUBLISHER.name())
                      .and(
                          col(BillingUnchargedClicks.PUBLISHER_ID)
                              .isInCollection(changes.newPublishers())))
              .select(key());
      return changes.first().isEmpty() ? known : known.union(changed(before, changes));
    }

    private Dataset<Row> changed(Broadcast<BillingTerms> before, BillingTerms.Changes changes) {
      UserDefinedFunction since =
          udf(
              (UDF4<String, String, String, Long, Boolean>)
                  (advertiser, campaign, publisher, micros) -> {
                    Instant start = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
                    return isFrom(changes.advertisers(), advertiser, start)
                        || isFrom(changes.campaigns(), campaign, start)
                        || isFrom(changes.publishers(), publisher, start);
                  },
              DataTypes.BooleanType);
      Dataset<Row> changed =
          chargeable(branch.quarterHours(daysFrom(BillingRunDays.day(changes.first().get()))))
              .where(
                  since.apply(
                      col(ClickDimensions.ADVERTISER_ID),
                      col(ClickDimensions.CAMPAIGN_ID),
                      col(ClickDimensions.PUBLISHER_ID),
                      unix_micros(col(QUARTER_HOUR))));
      // Of a zone that changed, the days by the zone before as well: they lose what they had.
      Dataset<Row> otherZone =
          changed
              .where(
                  col(ClickDimensions.ADVERTISER_ID).isInCollection(changes.advertisers().keySet()))
              .withColumn(BillingLedger.BILLING_DAY, billingDay(before, QUARTER_HOUR));
      return changed.select(key()).union(otherZone.select(key()));
    }

    private static boolean isFrom(Map<String, Instant> changes, String id, Instant start) {
      return id != null && changes.containsKey(id) && !start.isBefore(changes.get(id));
    }

    private SortedMap<String, LocalDate> firstOfTotalBudget(Dataset<Row> changed) {
      SortedMap<String, LocalDate> first = new TreeMap<>();
      Collection<String> campaigns = terms.value().campaignsWithTotalBudget();
      if (!campaigns.isEmpty()) {
        changed
            .where(col(BillingLedger.CAMPAIGN_ID).isInCollection(campaigns))
            .groupBy(BillingLedger.CAMPAIGN_ID)
            .agg(min(BillingLedger.BILLING_DAY))
            .collectAsList()
            .forEach(row -> first.put(row.getString(0), row.getDate(1).toLocalDate()));
      }
      return first;
    }

    private SortedSet<LocalDate> daysFrom(LocalDate first) {
      LocalDate end = BillingRunDays.day(runDays.through());
      return new TreeSet<>(first.datesUntil(end.isAfter(first) ? end : first.plusDays(1)).toList());
    }

    /** Valid clicks of quarter hours whose local day has ended. */
    Dataset<Row> chargeable(Dataset<Row> quarterHours) {
      return ended(
          quarterHours.where(
              col(ClickDimensions.ADVERTISER_ID)
                  .isNotNull()
                  .and(col(ClickMeasures.VALID_CLICKS).gt(0))));
    }

    private Dataset<Row> ended(Dataset<Row> rows) {
      return rows.withColumn(BillingLedger.BILLING_DAY, billingDay(terms, QUARTER_HOUR))
          .withColumn(ENDS, ends())
          .where(col(ENDS).leq(lit(runDays.through())));
    }

    private Column ends() {
      Broadcast<BillingTerms> shared = terms;
      UserDefinedFunction end =
          udf(
              (UDF2<String, Long, Long>)
                  (advertiser, micros) ->
                      // Spark may call it before it leaves out clicks of unknown ads.
                      advertiser == null
                          ? null
                          : ChronoUnit.MICROS.between(
                              Instant.EPOCH,
                              shared
                                  .value()
                                  .endOfBillingDay(
                                      advertiser, Instant.EPOCH.plus(micros, ChronoUnit.MICROS))),
              DataTypes.LongType);
      return timestamp_micros(
          end.apply(col(ClickDimensions.ADVERTISER_ID), unix_micros(col(QUARTER_HOUR))));
    }
  }

  /** The local day of a time of an advertiser's click. */
  static Column billingDay(Broadcast<BillingTerms> terms, String time) {
    UserDefinedFunction day =
        udf(
            (UDF2<String, Long, Integer>)
                (advertiser, micros) ->
                    // Spark may call it before it leaves out clicks of unknown ads.
                    advertiser == null
                        ? null
                        : (int)
                            terms
                                .value()
                                .billingDay(
                                    advertiser, Instant.EPOCH.plus(micros, ChronoUnit.MICROS))
                                .toEpochDay(),
            DataTypes.IntegerType);
    return date_from_unix_date(
        day.apply(col(ClickDimensions.ADVERTISER_ID), unix_micros(col(time))));
  }

  /** The UTC days in which local days may lie. */
  static SortedSet<LocalDate> around(Collection<LocalDate> days) {
    SortedSet<LocalDate> around = new TreeSet<>();
    for (LocalDate day : days) {
      around.add(day.minusDays(1));
      around.add(day);
      around.add(day.plusDays(1));
    }
    return around;
  }

  private static Column[] key() {
    return new Column[] {col(KEY[0]), col(KEY[1])};
  }

  /** The {@link #KEY}s. */
  Dataset<Row> keys() {
    return keys.rows();
  }

  /** The local days among them. */
  SortedSet<LocalDate> days() {
    return days;
  }

  /** The first affected day of each campaign with a total budget. */
  SortedMap<String, LocalDate> firstDays() {
    return firstDays;
  }

  @Override
  public void close() {
    keys.close();
  }
}
