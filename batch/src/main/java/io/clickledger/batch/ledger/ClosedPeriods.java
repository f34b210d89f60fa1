package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.unix_date;

import io.clickledger.batch.billing.input.BillingTerms;
import io.clickledger.schemas.BillingLedger;
import io.clickledger.schemas.BillingPeriods;
import java.io.Serializable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;

/** The billing periods that are closed: months of an advertiser's local days. */
final class ClosedPeriods implements Serializable {
  private static final long serialVersionUID = 1;

  private final HashMap<String, HashSet<YearMonth>> months = new HashMap<>();

  /** Those that rows of billing.periods name. */
  static ClosedPeriods of(Dataset<Row> rows) {
    ClosedPeriods closed = new ClosedPeriods();
    rows.select(BillingPeriods.ADVERTISER_ID, BillingPeriods.MONTH)
        .collectAsList()
        .forEach(row -> closed.add(row.getString(0), row.getDate(1).toLocalDate()));
    return closed;
  }

  private void add(String advertiserId, LocalDate month) {
    months.computeIfAbsent(advertiserId, id -> new HashSet<>()).add(YearMonth.from(month));
  }

  boolean isEmpty() {
    return months.isEmpty();
  }

  /** Whether the advertiser's day is closed. */
  boolean contain(String advertiserId, LocalDate day) {
    Set<YearMonth> closed = months.get(advertiserId);
    return closed != null && closed.contains(YearMonth.from(day));
  }

  /** Whether a row's advertiser_id and billing_day are of a closed period. */
  Column contain() {
    if (isEmpty()) {
      return lit(false);
    }
    return udf(
            (UDF2<String, Integer, Boolean>)
                (advertiser, day) -> contain(advertiser, LocalDate.ofEpochDay(day)),
            DataTypes.BooleanType)
        .apply(col(BillingLedger.ADVERTISER_ID), unix_date(col(BillingLedger.BILLING_DAY)));
  }

  /** Whether they are of an open one. */
  Column doNotContain() {
    return not(contain());
  }

  /**
   * On which day an adjustment of a day is booked: on the day itself while its period is open, else
   * on the last local day that has ended, or the first one after it of an open period.
   */
  LocalDate bookedOn(String advertiserId, LocalDate day, BillingTerms terms, Instant through) {
    if (!contain(advertiserId, day)) {
      return day;
    }
    LocalDate booked = terms.billingDay(advertiserId, through).minusDays(1);
    while (contain(advertiserId, booked)) {
      booked = YearMonth.from(booked).plusMonths(1).atDay(1);
    }
    return booked;
  }
}
