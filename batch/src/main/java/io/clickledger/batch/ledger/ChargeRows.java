package io.clickledger.batch.ledger;

import io.clickledger.batch.billing.input.BillingTerms;
import io.clickledger.batch.ledger.CampaignClicks.Click;
import io.clickledger.batch.ledger.CampaignClicks.Sum;
import io.clickledger.batch.ledger.Charge.Amount;
import io.clickledger.batch.ledger.Charge.Entry;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.FraudClickVerdicts;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * {@link CampaignCharges} of many campaigns, in the executors: rows of clicks in, rows of entries
 * out. A campaign that changes its advertiser is charged as two.
 */
final class ChargeRows {
  /** Column of both: which kind of row it is. */
  static final String KIND = "kind";

  /** Column: a time in microseconds. */
  static final String AT = "at";

  static final String CLICKS = BillingLedger.VALID_CLICKS;
  static final String COST = "cost_micros";

  /** The columns of a group. */
  private static final List<String> GROUP =
      List.of(BillingLedger.CAMPAIGN_ID, BillingLedger.ADVERTISER_ID, BillingLedger.CURRENCY);

  private static final StructType CHARGED =
      new StructType()
          .add(KIND, DataTypes.StringType)
          .add(BillingLedger.BILLING_DAY, DataTypes.IntegerType)
          .add(BillingLedger.ADVERTISER_ID, DataTypes.StringType)
          .add(BillingLedger.CAMPAIGN_ID, DataTypes.StringType)
          .add(BillingLedger.PUBLISHER_ID, DataTypes.StringType)
          .add(BillingLedger.ACCOUNT, DataTypes.StringType)
          .add(BillingLedger.DEBIT_MICROS, DataTypes.LongType)
          .add(BillingLedger.CREDIT_MICROS, DataTypes.LongType)
          .add(BillingLedger.CURRENCY, DataTypes.StringType)
          .add(CLICKS, DataTypes.LongType)
          .add(AT, DataTypes.LongType);

  private ChargeRows() {}

  /** Kinds of rows that go in. */
  enum Input {
    /** The clicks of a quarter hour, which starts at {@link #AT}, and a publisher. */
    QUARTER_HOUR,

    /** One click. */
    CLICK,

    /** One click that is voided. */
    VOIDED,

    /** What was charged net before the local days of the others. */
    BEFORE
  }

  /** Kinds of rows that come out. */
  enum Output {
    /** An entry of the ledger. */
    ENTRY,

    /** What voided clicks have in an entry. */
    VOIDED,

    /** Clicks that are not charged: account is the reason, debit_micros what they would cost. */
    UNCHARGED,

    /** A quarter hour that starts at {@link #AT}: its single clicks are needed. */
    MISSING
  }

  /** Charges. */
  static Dataset<Row> charge(Dataset<Row> rows, Broadcast<BillingTerms> terms) {
    MapFunction<Row, String> group =
        row ->
            String.join("\u0000", GROUP.stream().map(column -> row.<String>getAs(column)).toList());
    return rows.groupByKey(group, Encoders.STRING())
        .flatMapGroups(new ChargeGroup(terms), Encoders.row(CHARGED))
        .withColumn(
            BillingLedger.BILLING_DAY,
            functions.date_from_unix_date(functions.col(BillingLedger.BILLING_DAY)));
  }

  private record ChargeGroup(Broadcast<BillingTerms> terms)
      implements FlatMapGroupsFunction<String, Row, Row> {
    @Override
    public Iterator<Row> call(String key, Iterator<Row> rows) {
      String[] group = key.split("\u0000", -1);
      CampaignCharges.Result charged =
          CampaignCharges.of(terms.value(), clicks(group[1], group[0], rows));
      List<Row> out = new ArrayList<>();
      charged
          .missing()
          .forEach(
              start -> out.add(missing(group, ChronoUnit.MICROS.between(Instant.EPOCH, start))));
      if (out.isEmpty()) {
        charged.charges().forEach(charge -> add(group, charge, out));
      }
      return out.iterator();
    }

    private static CampaignClicks clicks(
        String advertiserId, String campaignId, Iterator<Row> rows) {
      SortedMap<Instant, List<Sum>> quarterHours = new TreeMap<>();
      Map<Instant, List<Click>> single = new HashMap<>();
      Map<Instant, List<Click>> voided = new HashMap<>();
      long before = 0;
      while (rows.hasNext()) {
        Row row = rows.next();
        String publisher = row.getAs(BillingLedger.PUBLISHER_ID);
        long cost = row.<Long>getAs(COST);
        Instant at = Instant.EPOCH.plus(row.<Long>getAs(AT), ChronoUnit.MICROS);
        switch (Input.valueOf(row.getAs(KIND))) {
          case QUARTER_HOUR ->
              quarterHours
                  .computeIfAbsent(at, start -> new ArrayList<>())
                  .add(new Sum(publisher, new Amount(row.<Long>getAs(CLICKS), cost)));
          case CLICK -> add(single, click(row, at, publisher, cost));
          case VOIDED -> add(voided, click(row, at, publisher, cost));
          case BEFORE -> before = Math.addExact(before, cost);
        }
      }
      single.values().forEach(clicks -> clicks.sort(null));
      return new CampaignClicks(advertiserId, campaignId, quarterHours, single, voided, before);
    }

    private static Click click(Row row, Instant at, String publisher, long price) {
      return new Click(at, row.getAs(FraudClickVerdicts.CLICK_ID), publisher, price);
    }

    private static void add(Map<Instant, List<Click>> byQuarterHour, Click click) {
      byQuarterHour
          .computeIfAbsent(quarterHour(click.clickedAt()), start -> new ArrayList<>())
          .add(click);
    }

    private static Instant quarterHour(Instant at) {
      long seconds = Duration.ofMinutes(15).toSeconds();
      return Instant.ofEpochSecond(Math.floorDiv(at.getEpochSecond(), seconds) * seconds);
    }

    private static void add(String[] group, Charge charge, List<Row> out) {
      if (charge.uncharged().isPresent()) {
        String reason = charge.uncharged().get().name();
        Entry entry = new Entry(null, charge.all().costMicros(), 0, charge.all().clicks());
        out.add(row(Output.UNCHARGED, group, charge, reason, entry));
      }
      charge
          .entries()
          .forEach(
              entry -> out.add(row(Output.ENTRY, group, charge, entry.account().name(), entry)));
      charge
          .voidedEntries()
          .forEach(
              entry -> out.add(row(Output.VOIDED, group, charge, entry.account().name(), entry)));
    }

    private static Row row(
        Output kind, String[] group, Charge charge, String account, Entry entry) {
      return RowFactory.create(
          kind.name(),
          (int) charge.day().toEpochDay(),
          group[1],
          group[0],
          charge.publisherId(),
          account,
          entry.debitMicros(),
          entry.creditMicros(),
          group[2],
          entry.clicks(),
          null);
    }

    private static Row missing(String[] group, long startMicros) {
      return RowFactory.create(
          Output.MISSING.name(),
          null,
          group[1],
          group[0],
          null,
          null,
          null,
          null,
          group[2],
          null,
          startMicros);
    }
  }
}
