package io.clickledger.batch.audit.books;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_from_unix_date;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.unix_micros;

import io.clickledger.batch.audit.books.CampaignCalculation.Amount;
import io.clickledger.batch.audit.books.CampaignCalculation.Click;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.FraudClickVerdicts;
import java.io.Serializable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * {@link CampaignCalculation} of all campaigns: the valid clicks in, sorted by Spark, and the sums
 * of local days out. A campaign that changes its advertiser is two.
 */
final class ExpectedSums {
  /** Column: an account, or what else {@link CampaignCalculation} says of a sum. */
  static final String ITEM = "item";

  static final String MICROS = "micros";
  static final String CLICKS = "clicks";

  /** The columns that name a sum. */
  static final List<String> GRAIN =
      List.of(
          BillingLedger.BILLING_DAY,
          BillingLedger.ADVERTISER_ID,
          BillingLedger.CAMPAIGN_ID,
          BillingLedger.PUBLISHER_ID,
          BillingLedger.CURRENCY,
          ITEM);

  private static final String AT = "at";
  private static final String IS_VOIDED = "is_voided";
  private static final List<String> CAMPAIGN =
      List.of(BillingLedger.CAMPAIGN_ID, BillingLedger.ADVERTISER_ID, BillingLedger.CURRENCY);
  private static final StructType SUMS =
      new StructType()
          .add(BillingLedger.BILLING_DAY, DataTypes.IntegerType)
          .add(BillingLedger.ADVERTISER_ID, DataTypes.StringType)
          .add(BillingLedger.CAMPAIGN_ID, DataTypes.StringType)
          .add(BillingLedger.PUBLISHER_ID, DataTypes.StringType)
          .add(BillingLedger.CURRENCY, DataTypes.StringType)
          .add(ITEM, DataTypes.StringType)
          .add(MICROS, DataTypes.LongType)
          .add(CLICKS, DataTypes.LongType);

  private ExpectedSums() {}

  /** A campaign whose clicks are charged. */
  record Campaign(String campaignId, String advertiserId, String currency)
      implements Serializable {}

  /**
   * The sums.
   *
   * @param valid verdicts of valid clicks whose ad is known
   * @param voided columns click_id and clicked_at of those that are voided
   * @param days local days that are wanted, of which those that ended before through are summed
   * @param netBefore what campaigns with a total budget were charged net before these days
   */
  static Dataset<Row> of(
      Dataset<Row> valid,
      Dataset<Row> voided,
      Broadcast<LedgerTerms> terms,
      LocalDays days,
      Map<Campaign, Long> netBefore) {
    UDF2<String, Long, Integer> dayOf =
        (advertiser, micros) ->
            // Spark may call it before it leaves out clicks of unknown ads.
            advertiser == null
                ? null
                : terms
                    .value()
                    .endedDay(advertiser, instant(micros), days.through())
                    .map(day -> (int) day.toEpochDay())
                    .orElse(null);
    Column[] sorted =
        Stream.concat(
                CAMPAIGN.stream(),
                Stream.of(BillingLedger.BILLING_DAY, AT, FraudClickVerdicts.CLICK_ID))
            .map(column -> col(column))
            .toArray(Column[]::new);
    return valid
        .join(
            voided.withColumn(IS_VOIDED, lit(true)),
            new String[] {FraudClickVerdicts.CLICK_ID, FraudClickVerdicts.CLICKED_AT},
            "left")
        .withColumn(AT, unix_micros(col(FraudClickVerdicts.CLICKED_AT)))
        .withColumn(
            BillingLedger.BILLING_DAY,
            udf(dayOf, DataTypes.IntegerType).apply(col(FraudClickVerdicts.ADVERTISER_ID), col(AT)))
        .withColumn(IS_VOIDED, coalesce(col(IS_VOIDED), lit(false)))
        .where(
            col(BillingLedger.BILLING_DAY)
                .geq((int) days.first().toEpochDay())
                .and(col(BillingLedger.BILLING_DAY).lt((int) days.end().toEpochDay())))
        .select(
            Stream.concat(
                    Stream.of(sorted),
                    Stream.of(
                        col(FraudClickVerdicts.PUBLISHER_ID),
                        col(FraudClickVerdicts.PRICE_MICROS),
                        col(IS_VOIDED)))
                .toArray(Column[]::new))
        .repartition(sorted[0], sorted[1], sorted[2])
        .sortWithinPartitions(sorted)
        .mapPartitions(new Calculation(terms, new HashMap<>(netBefore)), Encoders.row(SUMS))
        .withColumn(BillingLedger.BILLING_DAY, date_from_unix_date(col(BillingLedger.BILLING_DAY)));
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  private record Calculation(Broadcast<LedgerTerms> terms, HashMap<Campaign, Long> netBefore)
      implements MapPartitionsFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> clicks) {
      return new Sums(this, clicks);
    }
  }

  /** Reads on while no local day is finished. */
  private static final class Sums implements Iterator<Row> {
    private final Calculation input;
    private final Iterator<Row> clicks;
    private final Deque<Row> ready = new ArrayDeque<>();
    private Campaign campaign;
    private CampaignCalculation calculation;

    Sums(Calculation input, Iterator<Row> clicks) {
      this.input = input;
      this.clicks = clicks;
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && clicks.hasNext()) {
        add(clicks.next());
      }
      if (ready.isEmpty() && calculation != null) {
        give(calculation.finish());
        calculation = null;
      }
      return !ready.isEmpty();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.remove();
    }

    private void add(Row row) {
      Campaign ofRow =
          new Campaign(
              row.getAs(BillingLedger.CAMPAIGN_ID),
              row.getAs(BillingLedger.ADVERTISER_ID),
              row.getAs(BillingLedger.CURRENCY));
      if (!ofRow.equals(campaign)) {
        if (calculation != null) {
          give(calculation.finish());
        }
        campaign = ofRow;
        calculation =
            new CampaignCalculation(
                input.terms().value(),
                campaign.campaignId(),
                input.netBefore().getOrDefault(campaign, 0L));
      }
      calculation.add(
          new Click(
              LocalDate.ofEpochDay(row.<Integer>getAs(BillingLedger.BILLING_DAY)),
              instant(row.<Long>getAs(AT)),
              row.getAs(FraudClickVerdicts.PUBLISHER_ID),
              row.<Long>getAs(FraudClickVerdicts.PRICE_MICROS),
              row.<Boolean>getAs(IS_VOIDED)));
      give(calculation.takeFinished());
    }

    private void give(List<Amount> amounts) {
      for (Amount amount : amounts) {
        ready.add(
            RowFactory.create(
                (int) amount.day().toEpochDay(),
                campaign.advertiserId(),
                campaign.campaignId(),
                amount.publisherId(),
                campaign.currency(),
                amount.item(),
                amount.micros(),
                amount.clicks()));
      }
    }
  }
}
