package io.clickledger.batch.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.billing.run.TestSpark;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.RefAds;
import io.clickledger.schemas.RefCampaigns;
import io.clickledger.schemas.TableName;
import java.sql.Date;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Clicks of 30 micros, in campaigns with a daily budget, a total one, both, another, and none. */
class BudgetCheckTest {
  private static final StructType ENTRIES =
      StructType.fromDDL(
          "billing_day DATE, advertiser_id STRING, campaign_id STRING, publisher_id STRING,"
              + " account STRING, debit_micros BIGINT, credit_micros BIGINT, currency STRING,"
              + " causes ARRAY<STRING>");
  private static final StructType CAMPAIGNS =
      StructType.fromDDL(
          "campaign_id STRING, starts_on DATE, daily_budget_micros BIGINT,"
              + " total_budget_micros BIGINT, valid_from TIMESTAMP, version_id BIGINT");
  private static final StructType ADS = StructType.fromDDL("campaign_id STRING, cpc_micros BIGINT");

  private final List<Row> entries = new ArrayList<>();

  @Test
  void acceptsACreditOnceLessThanAClickIsLeft() {
    charge("daily", 1, 120, 30);
    charge("total", 1, 90, 0);
    charge("total", 2, 60, 30);
    charge("none", 1, 900, 0);
    // 100 until the second of March, 40 since.
    charge("changed", 1, 120, 30);
    charge("changed", 2, 120, 30);
    charge("changed", 3, 120, 90);
    charge("changed", 4, 120, 90);

    assertThat(faults()).isEmpty();
  }

  @Test
  void findsWhatIsChargedPastABudget() {
    charge("daily", 1, 120, 0);
    charge("total", 1, 90, 0);
    charge("total", 2, 60, 0);
    charge("changed", 4, 120, 30);

    assertThat(faults()).containsExactly("changed 4", "daily 1", "total 2");
  }

  @Test
  void findsWhatIsCreditedWithinABudget() {
    charge("daily", 1, 120, 60);
    charge("none", 1, 120, 30);
    charge("total", 1, 90, 30);

    assertThat(faults()).containsExactly("daily 1", "none 1", "total 1");
  }

  @Test
  void findsACreditThatIsThereTwice() {
    charge("daily", 1, 150, 60);
    charge("daily", 1, 0, 60);

    assertThat(faults()).containsExactly("daily 1");
  }

  @Test
  void aBudgetIsOfEachCurrencyAnew() {
    charge("total", 1, 90, 0);
    charge("total", 2, 150, 30, "JPY");
    charge("total", 3, 60, 30);
    charge("daily", 1, 90, 0);
    charge("daily", 1, 90, 0, "JPY");

    assertThat(faults()).isEmpty();
  }

  @Test
  void findsACreditForWhatWasChargedInAnotherCurrency() {
    charge("total", 1, 90, 0);
    charge("total", 2, 60, 30, "JPY");

    assertThat(faults()).containsExactly("total 2");
  }

  /** A day of March: what all clicks cost, and what of it is past a budget. */
  private void charge(String campaign, int day, long micros, long past) {
    charge(campaign, day, micros, past, "EUR");
  }

  private void charge(String campaign, int day, long micros, long past, String currency) {
    add(campaign, day, "ADVERTISER_RECEIVABLE", micros, 0, currency);
    add(campaign, day, "PUBLISHER_PAYABLE", 0, micros, currency);
    add(campaign, day, "OVER_DELIVERY", past, 0, currency);
    add(campaign, day, "ADVERTISER_RECEIVABLE", 0, past, currency);
  }

  private void add(
      String campaign, int day, String account, long debit, long credit, String currency) {
    entries.add(
        RowFactory.create(
            LocalDate.of(2026, 3, day),
            "v-1",
            campaign,
            "p-1",
            account,
            debit,
            credit,
            currency,
            List.of()));
  }

  private List<String> faults() {
    SparkSession spark = TestSpark.plain();
    Dataset<Row> ledger = spark.createDataFrame(entries, ENTRIES);
    Map<TableName, Dataset<Row>> tables =
        Map.of(
            BillingLedger.TABLE,
            ledger.drop(BillingAdjustments.CAUSES),
            BillingAdjustments.TABLE,
            ledger.limit(0),
            RefCampaigns.TABLE,
            spark.createDataFrame(
                List.of(
                    campaign("daily", 100L, null, "2026-01-01", 1),
                    campaign("total", null, 130L, "2026-01-01", 2),
                    campaign("changed", 100L, null, "2026-01-01", 3),
                    campaign("changed", 40L, null, "2026-03-02", 4),
                    campaign("none", null, null, "2026-01-01", 5)),
                CAMPAIGNS),
            RefAds.TABLE,
            spark.createDataFrame(
                Stream.of("daily", "total", "changed", "none")
                    .map(campaign -> RowFactory.create(campaign, 30L))
                    .toList(),
                ADS));
    TreeSet<LocalDate> days = new TreeSet<>();
    entries.forEach(entry -> days.add(entry.<LocalDate>getAs(0)));
    return new BudgetCheck(new BookedSums(tables::get), new ReferenceVersions(tables::get))
        .faults(days, 10).stream()
            .map(
                row ->
                    row.getString(0)
                        + " "
                        + row.<Date>getAs(BillingLedger.BILLING_DAY).toLocalDate().getDayOfMonth())
            .toList();
  }

  private static Row campaign(String id, Long daily, Long total, String since, long version) {
    return RowFactory.create(
        id,
        LocalDate.parse("2026-01-01"),
        daily,
        total,
        Instant.parse(since + "T00:00:00Z"),
        version);
  }
}
