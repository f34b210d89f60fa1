package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingUnchargedClicks;
import io.clickledger.schemas.TableName;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What is booked, in the measures in which the gate compares it with what clicks cost.
 *
 * @param tables the rows of a table: as they are on the branch, or as they are published
 */
record BookedSums(Function<TableName, Dataset<Row>> tables) {
  static final String[] GRAIN = {
    BillingLedger.BILLING_DAY,
    BillingLedger.ADVERTISER_ID,
    BillingLedger.CAMPAIGN_ID,
    BillingLedger.PUBLISHER_ID,
    BillingLedger.CURRENCY
  };

  /** What clicks cost that are charged, and what those would that are not. */
  static final String COST = "cost";

  static final String UNCHARGED = "uncharged_cost";

  /** The publisher's share of cost. */
  static final String PAYABLE = "payable";

  /** Cost and payable without voided clicks. */
  static final String KEPT_COST = "kept_cost";

  static final String KEPT_PAYABLE = "kept_payable";

  static final List<String> ALL = List.of(COST, UNCHARGED, PAYABLE, KEPT_COST, KEPT_PAYABLE);

  private static final String OF_VOIDED = "of_voided";

  /** Entries and adjustments of some grains, one below the other. */
  Dataset<Row> rows(Column which) {
    Column[] columns =
        Stream.concat(
                Stream.of(GRAIN),
                Stream.of(
                    BillingLedger.ACCOUNT,
                    BillingLedger.DEBIT_MICROS,
                    BillingLedger.CREDIT_MICROS,
                    OF_VOIDED))
            .map(column -> col(column))
            .toArray(Column[]::new);
    return tables
        .apply(BillingLedger.TABLE)
        .withColumn(OF_VOIDED, lit(false))
        .select(columns)
        .unionByName(
            tables
                .apply(BillingAdjustments.TABLE)
                .withColumn(OF_VOIDED, coalesce(LedgerRows.isOfVoidedClicks(), lit(false)))
                .select(columns))
        .where(which);
  }

  /** The same without adjustments of voided clicks. */
  Dataset<Row> rowsWithoutVoids(Column which) {
    return rows(which).where(col(OF_VOIDED).equalTo(false));
  }

  /** Every measure of some grains. */
  Dataset<Row> of(Column which) {
    Column account = col(BillingLedger.ACCOUNT);
    Column cost =
        when(
                account.isin(Account.ADVERTISER_RECEIVABLE.name(), Account.OVER_DELIVERY.name()),
                LedgerRows.net())
            .otherwise(0L);
    Column payable =
        when(account.equalTo(Account.PUBLISHER_PAYABLE.name()), LedgerRows.net().multiply(lit(-1L)))
            .otherwise(0L);
    Column notOfVoided = col(OF_VOIDED).equalTo(false);
    Dataset<Row> booked =
        rows(which)
            .withColumn(KEPT_COST, cost)
            .withColumn(KEPT_PAYABLE, payable)
            .withColumn(COST, when(notOfVoided, col(KEPT_COST)).otherwise(0L))
            .withColumn(PAYABLE, when(notOfVoided, col(KEPT_PAYABLE)).otherwise(0L))
            .withColumn(UNCHARGED, lit(0L));
    Dataset<Row> uncharged =
        tables
            .apply(BillingUnchargedClicks.TABLE)
            .where(which)
            .withColumn(COST, lit(0L))
            .withColumn(PAYABLE, lit(0L))
            .withColumn(KEPT_COST, lit(0L))
            .withColumn(KEPT_PAYABLE, lit(0L))
            .withColumn(UNCHARGED, col(BillingUnchargedClicks.COST_MICROS));
    return summed(columns(booked, 1).unionByName(columns(uncharged, 1)), ALL);
  }

  /**
   * The grains in which two sums differ, with one minus the other.
   *
   * @param measures that are compared
   */
  static Dataset<Row> difference(Dataset<Row> one, Dataset<Row> other, List<String> measures) {
    Column differs =
        measures.stream()
            .map(measure -> col(measure).notEqual(0L))
            .reduce(Column::or)
            .orElseThrow();
    return summed(columns(one, 1, measures).unionByName(columns(other, -1, measures)), measures)
        .where(differs);
  }

  private static Dataset<Row> columns(Dataset<Row> rows, long sign) {
    return columns(rows, sign, ALL);
  }

  private static Dataset<Row> columns(Dataset<Row> rows, long sign, List<String> measures) {
    return rows.select(
        Stream.concat(
                Stream.of(GRAIN).map(column -> col(column)),
                measures.stream().map(measure -> col(measure).multiply(lit(sign)).as(measure)))
            .toArray(Column[]::new));
  }

  private static Dataset<Row> summed(Dataset<Row> rows, List<String> measures) {
    Column[] sums =
        measures.stream().map(measure -> sum(measure).as(measure)).toArray(Column[]::new);
    return rows.groupBy(Stream.of(GRAIN).map(column -> col(column)).toArray(Column[]::new))
        .agg(sums[0], Stream.of(sums).skip(1).toArray(Column[]::new));
  }
}
