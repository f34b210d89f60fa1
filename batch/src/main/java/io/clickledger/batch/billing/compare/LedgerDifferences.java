package io.clickledger.batch.billing.compare;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_distinct;
import static org.apache.spark.sql.functions.array_join;
import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.date_add;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.flatten;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingRestatements;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * By how much accounts differ, debits minus credits: grains that were charged first in between,
 * adjustments by their causes, and grains of open periods that were charged again, with the causes
 * of the restatements of their clicks.
 */
record LedgerDifferences(RunPair runs) {
  /** The cause of local days, campaigns and publishers that had no entry before. */
  static final String CHARGED_FIRST = "CHARGED_FIRST";

  /** Charged again without a restatement: other terms, or clicks of others changed a budget. */
  static final String TERMS_OR_BUDGET = "TERMS_OR_BUDGET";

  private static final String CAUSE = "cause";
  private static final String MICROS = "micros";
  private static final String WAS_THERE = "was_there";
  private static final String[] GRAIN = {
    BillingLedger.BILLING_DAY,
    BillingLedger.ADVERTISER_ID,
    BillingLedger.CAMPAIGN_ID,
    BillingLedger.PUBLISHER_ID,
    BillingLedger.ACCOUNT,
    BillingLedger.CURRENCY
  };

  /** An account in a currency, and why it differs. */
  record Key(String account, String currency, String cause) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::account).thenComparing(Key::currency).thenComparing(Key::cause);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /** The difference of each account, currency and cause that is not zero. */
  SortedMap<Key, Long> byCause() {
    SortedMap<Key, Long> differences = new TreeMap<>();
    Dataset<Row> changed = changedEntries();
    Dataset<Row> adjusted =
        runs.after(BillingAdjustments.TABLE)
            .where(col(BillingAdjustments.RUN_ID).isInCollection(runs.between()))
            .select(
                col(BillingLedger.ACCOUNT),
                col(BillingLedger.CURRENCY),
                joined(col(BillingAdjustments.CAUSES)).as(CAUSE),
                net(1).as(MICROS));
    changed
        .unionByName(adjusted)
        .groupBy(BillingLedger.ACCOUNT, BillingLedger.CURRENCY, CAUSE)
        .agg(sum(MICROS).as(MICROS))
        .where(not(col(MICROS).equalTo(0)))
        .collectAsList()
        .forEach(
            row ->
                differences.put(
                    new Key(row.getString(0), row.getString(1), row.getString(2)), row.getLong(3)));
    return differences;
  }

  private Dataset<Row> changedEntries() {
    Dataset<Row> changed =
        side(runs.before(BillingLedger.TABLE), -1)
            .unionByName(side(runs.after(BillingLedger.TABLE), 1))
            .groupBy(Stream.of(GRAIN).map(column -> col(column)).toArray(Column[]::new))
            .agg(sum(MICROS).as(MICROS), max(WAS_THERE).as(WAS_THERE))
            .where(not(col(MICROS).equalTo(0)));
    String[] key = {
      BillingLedger.BILLING_DAY, BillingLedger.CAMPAIGN_ID, BillingLedger.PUBLISHER_ID
    };
    return changed
        .join(restated(), key, "left")
        .select(
            col(BillingLedger.ACCOUNT),
            col(BillingLedger.CURRENCY),
            when(not(col(WAS_THERE)), lit(CHARGED_FIRST))
                .otherwise(coalesce(joined(col(BillingRestatements.CAUSES)), lit(TERMS_OR_BUDGET)))
                .as(CAUSE),
            col(MICROS));
  }

  /** The causes of restated UTC days, by the local days that a UTC day may be in. */
  private Dataset<Row> restated() {
    return runs.after(BillingRestatements.TABLE)
        .where(
            col(BillingRestatements.RUN_ID)
                .isInCollection(runs.between())
                .and(col(BillingLedger.CAMPAIGN_ID).isNotNull()))
        .withColumn("shift", explode(array(lit(-1), lit(0), lit(1))))
        .groupBy(
            date_add(col(BillingRestatements.DAY), col("shift")).as(BillingLedger.BILLING_DAY),
            col(BillingLedger.CAMPAIGN_ID),
            col(BillingLedger.PUBLISHER_ID))
        .agg(
            array_distinct(flatten(collect_set(BillingRestatements.CAUSES)))
                .as(BillingRestatements.CAUSES));
  }

  private static Dataset<Row> side(Dataset<Row> entries, int sign) {
    return entries.select(
        Stream.concat(
                Stream.of(GRAIN).map(column -> col(column)),
                Stream.of(net(sign).as(MICROS), lit(sign < 0).as(WAS_THERE)))
            .toArray(Column[]::new));
  }

  private static Column net(int sign) {
    return col(BillingLedger.DEBIT_MICROS)
        .minus(col(BillingLedger.CREDIT_MICROS))
        .multiply(lit((long) sign));
  }

  private static Column joined(Column causes) {
    return array_join(array_sort(causes), "+");
  }
}
