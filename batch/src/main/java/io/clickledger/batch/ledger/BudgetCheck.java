package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.RefAds;
import io.clickledger.schemas.RefCampaigns;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * Whether budgets are kept, by SQL: what is charged net exceeds none, and over-delivery is booked
 * only where less than a click is left of one. A receivable and its over-delivery cancel, so that
 * no sum of costs shows it. Budgets of the time around a day count, the least of them or the
 * greatest.
 */
record BudgetCheck(BookedSums booked, ReferenceVersions versions) {
  private static final String DAY = BillingLedger.BILLING_DAY;
  private static final String NET = "net";
  private static final String OVER = "over_delivery";
  private static final String NET_SO_FAR = "net_so_far";
  private static final String PRICE = "greatest_price";
  private static final String OF = "budget_of";
  private static final String[] CAMPAIGN = {
    BillingLedger.CAMPAIGN_ID, BillingLedger.ADVERTISER_ID, BillingLedger.CURRENCY
  };

  /** Local days of campaigns that do not keep them, some of which are named. */
  List<Row> faults(SortedSet<LocalDate> days, int limit) {
    Column net = col(NET);
    Column over = col(OVER);
    Column overDaily = coalesce(net.gt(col("daily_at_most")), lit(false));
    Column overTotal =
        coalesce(col(NET_SO_FAR).gt(col("total_at_most")), lit(false)).and(net.gt(0));
    // The first click past a budget costs more than is left of it.
    Column exceeds =
        coalesce(net.plus(col(PRICE)).gt(col("daily_at_least")), lit(false))
            .or(coalesce(col(NET_SO_FAR).plus(col(PRICE)).gt(col("total_at_least")), lit(false)));
    Column wrong =
        net.lt(0)
            .or(over.lt(0))
            .or(overDaily)
            .or(overTotal)
            .or(over.gt(0).and(exceeds.equalTo(false)));
    return sums(days)
        .join(broadcast(budgets()), onCampaign(), "left")
        .join(broadcast(prices()), new String[] {BillingLedger.CAMPAIGN_ID}, "left")
        .groupBy(columns(CAMPAIGN, DAY, NET, OVER, NET_SO_FAR, PRICE))
        .agg(
            atMost(RefCampaigns.DAILY_BUDGET_MICROS).as("daily_at_most"),
            min(RefCampaigns.DAILY_BUDGET_MICROS).as("daily_at_least"),
            atMost(RefCampaigns.TOTAL_BUDGET_MICROS).as("total_at_most"),
            min(RefCampaigns.TOTAL_BUDGET_MICROS).as("total_at_least"))
        .where(wrong)
        .orderBy(columns(CAMPAIGN, DAY))
        .limit(limit)
        .collectAsList();
  }

  /** The greatest of several budgets; null where one of them is none. */
  private static Column atMost(String budget) {
    return when(count(budget).equalTo(count(OF)), max(budget));
  }

  private Dataset<Row> budgets() {
    return versions
        .inForce(RefCampaigns.TABLE, RefCampaigns.CAMPAIGN_ID)
        .select(
            col(RefCampaigns.CAMPAIGN_ID).as(OF),
            col(RefCampaigns.DAILY_BUDGET_MICROS),
            col(RefCampaigns.TOTAL_BUDGET_MICROS),
            col(ReferenceVersions.FROM),
            col(ReferenceVersions.TO));
  }

  /** The greatest price that a click of a campaign may have. */
  private Dataset<Row> prices() {
    return versions
        .rows(RefAds.TABLE)
        .groupBy(RefAds.CAMPAIGN_ID)
        .agg(max(RefAds.CPC_MICROS).as(PRICE));
  }

  private static Column onCampaign() {
    return col(BillingLedger.CAMPAIGN_ID).equalTo(col(OF)).and(ReferenceVersions.inForceNear(DAY));
  }

  /** What each campaign was charged net on each of the days, and on all days up to then. */
  private Dataset<Row> sums(SortedSet<LocalDate> days) {
    Column ofDays = col(DAY).isInCollection(days);
    Column account = col(BillingLedger.ACCOUNT);
    Column amount = LedgerRows.net();
    Dataset<Row> byDay =
        booked
            .rowsWithoutVoids(ofDays.or(earlierOfTotalBudgets(days.last())))
            .where(account.isin(Account.ADVERTISER_RECEIVABLE.name(), Account.OVER_DELIVERY.name()))
            .groupBy(columns(CAMPAIGN, DAY))
            .agg(
                sum(when(account.equalTo(Account.ADVERTISER_RECEIVABLE.name()), amount)
                        .otherwise(0L))
                    .as(NET),
                sum(when(account.equalTo(Account.OVER_DELIVERY.name()), amount).otherwise(0L))
                    .as(OVER));
    var soFar =
        Window.partitionBy(columns(CAMPAIGN))
            .orderBy(DAY)
            .rowsBetween(Window.unboundedPreceding(), Window.currentRow());
    return byDay.withColumn(NET_SO_FAR, sum(NET).over(soFar)).where(ofDays);
  }

  /** Days before the last one of campaigns with a total budget, from their first day on. */
  private Column earlierOfTotalBudgets(LocalDate last) {
    List<String> campaigns = new ArrayList<>();
    LocalDate first = last;
    for (Row row :
        versions
            .rows(RefCampaigns.TABLE)
            .groupBy(RefCampaigns.CAMPAIGN_ID)
            .agg(min(RefCampaigns.STARTS_ON), count(RefCampaigns.TOTAL_BUDGET_MICROS).as("totals"))
            .where(col("totals").gt(0))
            .collectAsList()) {
      campaigns.add(row.getString(0));
      LocalDate starts = row.getDate(1).toLocalDate();
      first = starts.isBefore(first) ? starts : first;
    }
    return campaigns.isEmpty()
        ? lit(false)
        : col(BillingLedger.CAMPAIGN_ID)
            .isInCollection(campaigns)
            .and(col(DAY).between(first, last));
  }

  private static Column[] columns(String[] some, String... others) {
    return Stream.concat(Stream.of(some), Stream.of(others))
        .map(column -> col(column))
        .toArray(Column[]::new);
  }
}
