package io.clickledger.batch.upkeep;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import io.clickledger.batch.billing.rollup.ClickSums;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.publish.Publication;
import io.clickledger.lake.publish.Publications;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingPublications;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.TableName;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.spark.SparkReadOptions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * What an erasure must not change: the rows in which it erases, in every column that says nothing
 * of a person; the published totals; and what is booked.
 *
 * @param rows how many rows there are in the days of landing in which rows are erased
 * @param digest of their other columns, independent of their order
 * @param publicationId the current publication; 0 for none
 * @param accounts net micros by account and currency, ledger and adjustments together
 */
record ErasureProof(
    long rows,
    BigDecimal digest,
    long publicationId,
    Optional<ClickSums> totals,
    SortedMap<String, Long> accounts) {
  private static final int DIGITS = 38;

  /**
   * Computes it.
   *
   * @param touched selects the rows of raw.clicks that are in it
   */
  static ErasureProof of(SparkSession spark, Column touched) {
    Dataset<Row> clicks = spark.table(RawClicks.TABLE.toString());
    Column[] others =
        Stream.of(clicks.columns())
            .filter(column -> !EraseUserJob.PERSONAL.contains(column))
            .map(column -> col(column))
            .toArray(Column[]::new);
    Row raw =
        clicks
            .where(touched)
            .agg(
                count(lit(1)),
                coalesce(
                    sum(xxhash64(others).cast(DataTypes.createDecimalType(DIGITS, 0))),
                    lit(BigDecimal.ZERO)))
            .first();
    Optional<Publication> current =
        new Publications(LakeTables.load(spark, BillingPublications.TABLE)).current();
    return new ErasureProof(
        raw.getLong(0),
        raw.getDecimal(1),
        current.map(Publication::publicationId).orElse(0L),
        current.map(
            publication -> ClickSums.of(rows(spark, publication, BillingClicksByDay.TABLE))),
        current.map(publication -> accounts(spark, publication)).orElseGet(TreeMap::new));
  }

  private static SortedMap<String, Long> accounts(SparkSession spark, Publication publication) {
    SortedMap<String, Long> accounts = new TreeMap<>();
    for (TableName table : new TableName[] {BillingLedger.TABLE, BillingAdjustments.TABLE}) {
      rows(spark, publication, table)
          .groupBy(BillingLedger.ACCOUNT, BillingLedger.CURRENCY)
          .agg(sum(col(BillingLedger.DEBIT_MICROS).minus(col(BillingLedger.CREDIT_MICROS))))
          .collectAsList()
          .forEach(
              row ->
                  accounts.merge(
                      row.getString(0) + " " + row.getString(1), row.getLong(2), Math::addExact));
    }
    return accounts;
  }

  private static Dataset<Row> rows(SparkSession spark, Publication publication, TableName table) {
    return spark
        .read()
        .option(SparkReadOptions.SNAPSHOT_ID, publication.snapshotOf(table))
        .table(table.toString());
  }

  /** For people. */
  @Override
  public String toString() {
    return "%d rows of raw.clicks, digest of their other columns %s; publication %d, cost %s, accounts %s"
        .formatted(
            rows,
            digest,
            publicationId,
            totals.map(sums -> new TreeMap<>(sums.costMicros())).orElseGet(TreeMap::new),
            accounts);
  }
}
