package io.clickledger.batch.audit.books;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.clickledger.batch.audit.offsets.Findings;
import io.clickledger.batch.audit.offsets.Findings.Kind;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingUnchargedClicks;
import io.clickledger.schemas.BillingVoidedClicks;
import io.clickledger.schemas.FraudClickVerdicts;
import io.clickledger.schemas.TableName;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Checks that the current publication's ledger is what its valid clicks, their prices, voided
 * clicks and the metadata give, and that debits equal credits.
 */
public final class LedgerAudit {
  /** The published tables that are read. */
  public static final List<TableName> TABLES =
      List.of(
          BillingLedger.TABLE,
          BillingAdjustments.TABLE,
          BillingUnchargedClicks.TABLE,
          BillingVoidedClicks.TABLE,
          FraudClickVerdicts.TABLE);

  private static final String KIND = "kind_of_finding";
  private static final String EXPECTED_MICROS = "expected_micros";
  private static final String EXPECTED_CLICKS = "expected_clicks";

  private final SparkSession spark;
  private final PublishedTables published;
  private final Findings findings;

  public LedgerAudit(SparkSession spark, PublishedTables published, Findings findings) {
    this.spark = spark;
    this.published = published;
    this.findings = findings;
  }

  /**
   * Adds a finding for everything that is not as it must be.
   *
   * @param first local day, in the advertiser's zone
   * @param end the day after the last
   * @return what was compared, as a sentence
   */
  public String check(LocalDate first, LocalDate end) {
    long before = findings.total();
    checkBalance(BillingLedger.TABLE, BillingLedger.BILLING_DAY);
    checkBalance(BillingAdjustments.TABLE, BillingAdjustments.RUN_ID);
    LocalDays days = new LocalDays(first, end, published.publication().through());
    new PriceCheck(spark, published, findings).check(valid(days));
    checkSums(days);
    Row totals =
        published
            .table(BillingLedger.TABLE)
            .where(isOf(days, BillingLedger.BILLING_DAY))
            .agg(sum(lit(1L)), sum(BillingLedger.VALID_CLICKS))
            .first();
    return "the ledger of local days from %s on and before %s: %d entries, %s"
        .formatted(
            first,
            end,
            totals.isNullAt(0) ? 0 : totals.getLong(0),
            findings.total() == before
                ? "equal to verdicts, prices and metadata, in balance"
                : "NOT as verdicts, prices and metadata give them");
  }

  /** Over the whole table: it is small. */
  private void checkBalance(TableName table, String alsoBy) {
    String[] grain = {
      BillingLedger.ADVERTISER_ID, BillingLedger.CAMPAIGN_ID, BillingLedger.CURRENCY
    };
    Dataset<Row> wrong =
        published
            .table(table)
            .groupBy(
                Stream.concat(
                        Stream.of(grain), Stream.of(BillingLedger.BILLING_DAY, alsoBy).distinct())
                    .map(column -> col(column))
                    .toArray(Column[]::new))
            .agg(
                sum(BillingLedger.DEBIT_MICROS).as(BillingLedger.DEBIT_MICROS),
                sum(BillingLedger.CREDIT_MICROS).as(BillingLedger.CREDIT_MICROS))
            .where(not(col(BillingLedger.DEBIT_MICROS).equalTo(col(BillingLedger.CREDIT_MICROS))))
            .withColumn(KIND, lit(Kind.NOT_IN_BALANCE.name()));
    findings.add(
        wrong,
        KIND,
        row ->
            "%s: debits of campaign %s on %s are %d micros %s, credits %d"
                .formatted(
                    table,
                    row.getAs(BillingLedger.CAMPAIGN_ID),
                    row.getAs(BillingLedger.BILLING_DAY),
                    row.<Long>getAs(BillingLedger.DEBIT_MICROS),
                    row.getAs(BillingLedger.CURRENCY),
                    row.<Long>getAs(BillingLedger.CREDIT_MICROS)),
        col(BillingLedger.BILLING_DAY),
        col(BillingLedger.CAMPAIGN_ID));
  }

  private void checkSums(LocalDays days) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<LedgerTerms> terms = context.broadcast(LedgerTerms.of(published::reference));
    try {
      Dataset<Row> expected =
          ExpectedSums.of(
                  valid(days),
                  published
                      .table(BillingVoidedClicks.TABLE)
                      .select(BillingVoidedClicks.CLICK_ID, BillingVoidedClicks.CLICKED_AT)
                      .distinct(),
                  terms,
                  days,
                  netBefore(days))
              .withColumnRenamed(ExpectedSums.MICROS, EXPECTED_MICROS)
              .withColumnRenamed(ExpectedSums.CLICKS, EXPECTED_CLICKS);
      Dataset<Row> both =
          actual(days)
              .unionByName(expected, true)
              .na()
              .fill(0)
              .groupBy(ExpectedSums.GRAIN.stream().map(c -> col(c)).toArray(Column[]::new))
              .agg(
                  sum(ExpectedSums.MICROS).as(ExpectedSums.MICROS),
                  sum(ExpectedSums.CLICKS).as(ExpectedSums.CLICKS),
                  sum(EXPECTED_MICROS).as(EXPECTED_MICROS),
                  sum(EXPECTED_CLICKS).as(EXPECTED_CLICKS));
      Column differs =
          not(
              col(ExpectedSums.MICROS)
                  .equalTo(col(EXPECTED_MICROS))
                  .and(col(ExpectedSums.CLICKS).equalTo(col(EXPECTED_CLICKS))));
      findings.add(
          both.where(differs).withColumn(KIND, lit(Kind.LEDGER_DIFFERS.name())),
          KIND,
          LedgerAudit::sentence,
          ExpectedSums.GRAIN.stream().map(column -> col(column)).toArray(Column[]::new));
    } finally {
      terms.destroy();
    }
  }

  private static String sentence(Row row) {
    return "%s, campaign %s, publisher %s, %s: %s has %d micros and %d clicks in the books; verdicts, prices and metadata give %d and %d"
        .formatted(
            row.getAs(BillingLedger.BILLING_DAY),
            row.getAs(BillingLedger.CAMPAIGN_ID),
            row.getAs(BillingLedger.PUBLISHER_ID),
            row.getAs(BillingLedger.CURRENCY),
            row.getAs(ExpectedSums.ITEM),
            row.<Long>getAs(ExpectedSums.MICROS),
            row.<Long>getAs(ExpectedSums.CLICKS),
            row.<Long>getAs(EXPECTED_MICROS),
            row.<Long>getAs(EXPECTED_CLICKS));
  }

  /** Verdicts of valid clicks of known ads, of all UTC days in which these local days may lie. */
  private Dataset<Row> valid(LocalDays days) {
    return published
        .table(FraudClickVerdicts.TABLE)
        .where(
            col(FraudClickVerdicts.CLICKED_AT)
                .geq(lit(utc(days.first().minusDays(1))))
                .and(col(FraudClickVerdicts.CLICKED_AT).lt(lit(utc(days.end().plusDays(1))))))
        .where(
            col(FraudClickVerdicts.VERDICT)
                .equalTo("VALID")
                .and(col(FraudClickVerdicts.ADVERTISER_ID).isNotNull()));
  }

  private static Instant utc(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private static Column isOf(LocalDays days, String column) {
    return col(column).geq(lit(days.first())).and(col(column).lt(lit(days.end())));
  }

  /** What the books have of the days, adjustments of closed days included. */
  private Dataset<Row> actual(LocalDays days) {
    Column isOfVoided = array_contains(col(BillingAdjustments.CAUSES), "VOIDED_CLICKS");
    Column account = col(BillingLedger.ACCOUNT);
    Column credited =
        account.equalTo(CampaignCalculation.RECEIVABLE).and(col(BillingLedger.CREDIT_MICROS).gt(0));
    Column clicks = col(BillingLedger.VALID_CLICKS);
    Dataset<Row> entries =
        sums(
            published.table(BillingLedger.TABLE),
            account,
            net(),
            when(credited, clicks.multiply(lit(-1L))).otherwise(clicks));
    Dataset<Row> adjustments =
        sums(
            published.table(BillingAdjustments.TABLE),
            when(isOfVoided, concat(lit(CampaignCalculation.VOIDED), account)).otherwise(account),
            net(),
            col(BillingAdjustments.CLICKS));
    Dataset<Row> uncharged =
        sums(
            published.table(BillingUnchargedClicks.TABLE),
            col(BillingUnchargedClicks.REASON),
            col(BillingUnchargedClicks.COST_MICROS),
            col(BillingUnchargedClicks.VALID_CLICKS));
    return entries
        .unionByName(adjustments)
        .unionByName(uncharged)
        .where(isOf(days, BillingLedger.BILLING_DAY));
  }

  private static Column net() {
    return col(BillingLedger.DEBIT_MICROS).minus(col(BillingLedger.CREDIT_MICROS));
  }

  private static Dataset<Row> sums(Dataset<Row> rows, Column item, Column micros, Column clicks) {
    return rows.select(
        Stream.concat(
                ExpectedSums.GRAIN.stream()
                    .map(
                        column -> column.equals(ExpectedSums.ITEM) ? item.as(column) : col(column)),
                Stream.of(micros.as(ExpectedSums.MICROS), clicks.as(ExpectedSums.CLICKS)))
            .toArray(Column[]::new));
  }

  /** What campaigns were charged net on local days before: a total budget counts it. */
  private Map<ExpectedSums.Campaign, Long> netBefore(LocalDays days) {
    Map<ExpectedSums.Campaign, Long> before = new HashMap<>();
    actual(new LocalDays(LocalDate.EPOCH, days.first(), days.through()))
        .where(col(ExpectedSums.ITEM).equalTo(CampaignCalculation.RECEIVABLE))
        .groupBy(BillingLedger.CAMPAIGN_ID, BillingLedger.ADVERTISER_ID, BillingLedger.CURRENCY)
        .agg(sum(ExpectedSums.MICROS))
        .collectAsList()
        .forEach(
            row ->
                before.put(
                    new ExpectedSums.Campaign(row.getString(0), row.getString(1), row.getString(2)),
                    row.getLong(3)));
    return before;
  }
}
