package io.clickledger.batch.billing.compare;

import static org.apache.spark.sql.functions.array_join;
import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingRestatements;
import io.clickledger.schemas.ClickDimensions;
import io.clickledger.schemas.ClickMeasures;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * By how much billing.clicks_by_day differs: the days that became final in between, and what
 * billing.restatements says of the others. What neither explains is named as such.
 */
record ClickDifferences(RunPair runs) {
  /** The cause of days that were not final before. */
  static final String NEW_DAYS = "NEW_DAYS";

  /** What has no cause. */
  static final String UNEXPLAINED = "UNEXPLAINED";

  private static final String CAUSE = "cause";

  /** A cause, or several joined, and a currency; empty while the ad is unknown. */
  record Key(String cause, String currency) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::cause).thenComparing(Key::currency);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /** Signed sums. */
  record Sums(long grossClicks, long validClicks, long costMicros) {
    Sums plus(Sums other) {
      return new Sums(
          grossClicks + other.grossClicks,
          validClicks + other.validClicks,
          costMicros + other.costMicros);
    }

    Sums negated() {
      return new Sums(-grossClicks, -validClicks, -costMicros);
    }

    boolean isZero() {
      return grossClicks == 0 && validClicks == 0 && costMicros == 0;
    }
  }

  /** The sums of each cause and currency that are not zero. */
  SortedMap<Key, Sums> byCause() {
    LocalDate end = runs.earlier().through().atOffset(ZoneOffset.UTC).toLocalDate();
    Column isNew = col(BillingClicksByDay.DAY).geq(lit(end));
    SortedMap<Key, Sums> sums = new TreeMap<>();
    Dataset<Row> restated =
        runs.after(BillingRestatements.TABLE)
            .where(col(BillingRestatements.RUN_ID).isInCollection(runs.between()));
    Column causes = array_join(array_sort(col(BillingRestatements.CAUSES)), "+");
    add(sums, restated.withColumn(CAUSE, when(isNew, lit(NEW_DAYS)).otherwise(causes)));
    // A day that is new was restated after its first publication, if at all.
    SortedMap<Key, Sums> difference = new TreeMap<>();
    Column cause = when(isNew, lit(NEW_DAYS)).otherwise(lit(UNEXPLAINED));
    add(difference, runs.after(BillingClicksByDay.TABLE).withColumn(CAUSE, cause));
    SortedMap<Key, Sums> before = new TreeMap<>();
    add(before, runs.before(BillingClicksByDay.TABLE).withColumn(CAUSE, lit(UNEXPLAINED)));
    before.forEach((key, sum) -> difference.merge(key, sum.negated(), Sums::plus));
    sums.forEach(
        (key, sum) -> {
          if (!key.cause().equals(NEW_DAYS)) {
            difference.merge(new Key(UNEXPLAINED, key.currency()), sum.negated(), Sums::plus);
          }
        });
    sums.keySet().removeIf(key -> key.cause().equals(NEW_DAYS));
    difference.forEach((key, sum) -> sums.merge(key, sum, Sums::plus));
    sums.values().removeIf(Sums::isZero);
    return sums;
  }

  private static void add(SortedMap<Key, Sums> sums, Dataset<Row> rows) {
    Column[] measures =
        Stream.of(ClickMeasures.GROSS_CLICKS, ClickMeasures.VALID_CLICKS, ClickMeasures.COST_MICROS)
            .map(measure -> sum(measure))
            .toArray(Column[]::new);
    rows.groupBy(col(CAUSE), coalesce(col(ClickDimensions.CURRENCY), lit("")))
        .agg(measures[0], measures[1], measures[2])
        .collectAsList()
        .forEach(
            row ->
                sums.merge(
                    new Key(row.getString(0), row.getString(1)),
                    new Sums(row.getLong(2), row.getLong(3), row.getLong(4)),
                    Sums::plus));
  }
}
