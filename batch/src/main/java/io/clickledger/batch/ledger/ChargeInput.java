package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.unix_micros;

import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.input.BillingTerms;
import io.clickledger.batch.billing.input.UtcDays;
import io.clickledger.batch.ledger.ChargeRows.Input;
import io.clickledger.rules.fraud.Verdict;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingVoidedClicks;
import io.clickledger.schemas.ClickMeasures;
import io.clickledger.schemas.FraudClickVerdicts;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What {@link ChargeRows} charges, out of a run's branch: rollups and what was charged before, and
 * single clicks where a quarter hour is not charged as a whole.
 */
final class ChargeInput {
  private static final String QUARTER_HOUR = BillingClicksByQuarterHour.QUARTER_HOUR;
  private static final long QUARTER_HOUR_MICROS = 15 * 60 * 1_000_000L;
  private static final String[] GROUP = {
    BillingLedger.CAMPAIGN_ID, BillingLedger.ADVERTISER_ID, BillingLedger.CURRENCY
  };

  private final SparkSession spark;
  private final BillingRunBranch branch;
  private final AffectedDays.Search search;
  private final AffectedDays affected;
  private final Broadcast<BillingTerms> terms;

  ChargeInput(
      SparkSession spark,
      BillingRunBranch branch,
      AffectedDays.Search search,
      AffectedDays affected,
      Broadcast<BillingTerms> terms) {
    this.spark = spark;
    this.branch = branch;
    this.search = search;
    this.affected = affected;
    this.terms = terms;
  }

  /** A quarter hour of a campaign whose single clicks are read. */
  record Needed(String campaignId, Instant start) {}

  /** Quarter hours, what was charged before them, and voided clicks. */
  Dataset<Row> whole() {
    return quarterHours().unionByName(before()).unionByName(voided());
  }

  /** The valid clicks of the affected days and campaigns by publisher and quarter hour. */
  private Dataset<Row> quarterHours() {
    return search
        .chargeable(branch.quarterHours(AffectedDays.around(affected.days())))
        .join(affected.keys(), AffectedDays.KEY, "left_semi")
        .groupBy(
            col(GROUP[0]),
            col(GROUP[1]),
            col(GROUP[2]),
            col(BillingLedger.PUBLISHER_ID),
            unix_micros(col(QUARTER_HOUR)).as(ChargeRows.AT))
        .agg(
            sum(ClickMeasures.VALID_CLICKS).as(ChargeRows.CLICKS),
            sum(ClickMeasures.COST_MICROS).as(ChargeRows.COST))
        .transform(rows -> input(rows, Input.QUARTER_HOUR, lit(null)));
  }

  private static Dataset<Row> input(Dataset<Row> rows, Input kind, Column clickId) {
    return rows.select(
        lit(kind.name()).as(ChargeRows.KIND),
        col(GROUP[0]),
        col(GROUP[1]),
        col(GROUP[2]),
        col(BillingLedger.PUBLISHER_ID),
        col(ChargeRows.AT),
        clickId.cast(DataTypes.StringType).as(FraudClickVerdicts.CLICK_ID),
        col(ChargeRows.CLICKS),
        col(ChargeRows.COST));
  }

  /** What campaigns with a total budget were charged net before their first affected day. */
  private Dataset<Row> before() {
    StructType schema =
        new StructType()
            .add("first_campaign", DataTypes.StringType)
            .add("first_day", DataTypes.DateType);
    Dataset<Row> first =
        spark.createDataFrame(
            affected.firstDays().entrySet().stream()
                .map(entry -> RowFactory.create(entry.getKey(), entry.getValue()))
                .toList(),
            schema);
    return entriesAndAdjustments()
        .where(
            col(BillingLedger.ACCOUNT)
                .equalTo(Account.ADVERTISER_RECEIVABLE.name())
                .and(col(BillingLedger.CAMPAIGN_ID).isInCollection(affected.firstDays().keySet())))
        .join(
            broadcast(first),
            col(BillingLedger.CAMPAIGN_ID)
                .equalTo(col("first_campaign"))
                .and(col(BillingLedger.BILLING_DAY).lt(col("first_day"))))
        .groupBy(GROUP[0], GROUP[1], GROUP[2])
        .agg(sum(LedgerRows.net()).as(ChargeRows.COST))
        .withColumn(BillingLedger.PUBLISHER_ID, lit(null).cast(DataTypes.StringType))
        .withColumn(ChargeRows.AT, lit(0L))
        .withColumn(ChargeRows.CLICKS, lit(0L))
        .transform(rows -> input(rows, Input.BEFORE, lit(null)));
  }

  /** The published entries and those of their adjustments that are not of voided clicks. */
  private Dataset<Row> entriesAndAdjustments() {
    String[] columns = {
      BillingLedger.BILLING_DAY,
      BillingLedger.ADVERTISER_ID,
      BillingLedger.CAMPAIGN_ID,
      BillingLedger.ACCOUNT,
      BillingLedger.DEBIT_MICROS,
      BillingLedger.CREDIT_MICROS,
      BillingLedger.CURRENCY
    };
    return branch
        .published(BillingLedger.TABLE)
        .selectExpr(columns)
        .unionByName(
            branch
                .published(BillingAdjustments.TABLE)
                .where(not(LedgerRows.isOfVoidedClicks()))
                .selectExpr(columns));
  }

  /** The voided clicks of the affected days that are valid still. */
  private Dataset<Row> voided() {
    SortedSet<LocalDate> days = new TreeSet<>();
    Dataset<Row> voided =
        branch
            .rows(BillingVoidedClicks.TABLE)
            .where(
                UtcDays.contain(
                    AffectedDays.around(affected.days()), BillingVoidedClicks.CLICKED_AT));
    voided
        .select(UtcDays.of(BillingVoidedClicks.CLICKED_AT))
        .distinct()
        .collectAsList()
        .forEach(row -> days.add(row.getDate(0).toLocalDate()));
    return validClicks(days)
        .join(broadcast(voided.selectExpr(ClickVoid.KEY)), ClickVoid.KEY, "left_semi")
        .withColumn(
            BillingLedger.BILLING_DAY,
            AffectedDays.billingDay(terms, FraudClickVerdicts.CLICKED_AT))
        .join(affected.keys(), AffectedDays.KEY, "left_semi")
        .transform(rows -> input(rows, Input.VOIDED, col(FraudClickVerdicts.CLICK_ID)));
  }

  /** The valid clicks of quarter hours. */
  Dataset<Row> single(Set<Needed> needed) {
    StructType schema =
        new StructType()
            .add("needed_campaign", DataTypes.StringType)
            .add("needed_start", DataTypes.LongType);
    SortedSet<LocalDate> days = new TreeSet<>();
    needed.forEach(each -> days.add(BillingRunDays.day(each.start())));
    Dataset<Row> wanted =
        spark.createDataFrame(
            needed.stream()
                .map(
                    each ->
                        RowFactory.create(
                            each.campaignId(), each.start().getEpochSecond() * 1_000_000L))
                .toList(),
            schema);
    Column start = col(ChargeRows.AT).minus(pmod(col(ChargeRows.AT), lit(QUARTER_HOUR_MICROS)));
    return validClicks(days)
        .join(
            broadcast(wanted),
            col(BillingLedger.CAMPAIGN_ID)
                .equalTo(col("needed_campaign"))
                .and(start.equalTo(col("needed_start"))),
            "left_semi")
        .transform(rows -> input(rows, Input.CLICK, col(FraudClickVerdicts.CLICK_ID)));
  }

  private Dataset<Row> validClicks(SortedSet<LocalDate> days) {
    return branch
        .verdicts(days)
        .where(
            col(FraudClickVerdicts.VERDICT)
                .equalTo(Verdict.VALID.name())
                .and(col(FraudClickVerdicts.ADVERTISER_ID).isNotNull()))
        .withColumn(ChargeRows.AT, unix_micros(col(FraudClickVerdicts.CLICKED_AT)))
        .withColumn(ChargeRows.CLICKS, lit(1L))
        .withColumn(ChargeRows.COST, col(FraudClickVerdicts.PRICE_MICROS));
  }
}
