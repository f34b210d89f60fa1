package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;

import io.clickledger.batch.billing.branch.BillingRunBranch;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.TableName;
import java.time.LocalDate;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows of affected days in a table of local days. Days that come out as they were are not
 * written: most of those after a change of a total budget, and those of voided clicks.
 */
record AffectedRows(BillingRunBranch branch, AffectedDays affected, String runId) {
  private static final String SIGN = "sign";

  /**
   * Replaces the rows of the days that differ from the published ones; other campaigns of these
   * days, and rows that must stay, do.
   *
   * @param rows what clicks of the affected days cost now
   * @return the days that differ
   */
  SortedSet<LocalDate> replace(TableName table, Column stays, Dataset<Row> rows) {
    Dataset<Row> published = branch.published(table);
    Dataset<Row> before =
        published
            .where(col(BillingLedger.BILLING_DAY).isInCollection(affected.days()))
            .where(not(stays))
            .join(affected.keys(), AffectedDays.KEY, "left_semi");
    SortedSet<LocalDate> days = days(difference(rows, before, published.columns()));
    Column ofDays = col(BillingLedger.BILLING_DAY).isInCollection(days);
    Dataset<Row> kept =
        published
            .where(ofDays.and(stays))
            .unionByName(
                published
                    .where(ofDays.and(not(stays)))
                    .join(affected.keys(), AffectedDays.KEY, "left_anti"));
    branch.replaceDates(
        table,
        BillingLedger.BILLING_DAY,
        days,
        rows.where(ofDays).withColumn(BillingLedger.RUN_ID, lit(runId)),
        kept);
    return days;
  }

  /** The rows that only one of both has, whichever run made them. */
  private static Dataset<Row> difference(Dataset<Row> one, Dataset<Row> other, String[] columns) {
    Column[] values =
        Stream.of(columns)
            .filter(column -> !column.equals(BillingLedger.RUN_ID))
            .map(column -> col(column))
            .toArray(Column[]::new);
    return one.select(values)
        .withColumn(SIGN, lit(1))
        .union(other.select(values).withColumn(SIGN, lit(-1)))
        .groupBy(values)
        .agg(sum(SIGN).as(SIGN))
        .where(col(SIGN).notEqual(0));
  }

  /** The local days of rows. */
  static SortedSet<LocalDate> days(Dataset<Row> rows) {
    SortedSet<LocalDate> days = new TreeSet<>();
    rows.select(BillingLedger.BILLING_DAY)
        .distinct()
        .collectAsList()
        .forEach(row -> days.add(row.getDate(0).toLocalDate()));
    return days;
  }
}
