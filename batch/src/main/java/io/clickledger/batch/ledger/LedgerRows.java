package io.clickledger.batch.ledger;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.when;

import io.clickledger.batch.quality.QualityMetric;
import io.clickledger.schemas.BillingAdjustments;
import io.clickledger.schemas.BillingLedger;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Function1;

/** What entries and adjustments have in common. */
final class LedgerRows {
  /** Cause of an adjustment: clicks of it were voided. */
  static final String VOIDED_CLICKS = "VOIDED_CLICKS";

  /** The grain of an account. */
  static final String[] GRAIN = {
    BillingLedger.BILLING_DAY,
    BillingLedger.ADVERTISER_ID,
    BillingLedger.CAMPAIGN_ID,
    BillingLedger.PUBLISHER_ID,
    BillingLedger.ACCOUNT,
    BillingLedger.CURRENCY
  };

  private static final int SHA_BITS = 256;

  private LedgerRows() {}

  /** Debit minus credit. */
  static Column net() {
    return col(BillingLedger.DEBIT_MICROS).minus(col(BillingLedger.CREDIT_MICROS));
  }

  /** The clicks behind a row of entries as they count in the sum of its account. */
  static Column clicks() {
    Column credited =
        col(BillingLedger.ACCOUNT)
            .equalTo(Account.ADVERTISER_RECEIVABLE.name())
            .and(col(BillingLedger.CREDIT_MICROS).gt(0));
    Column clicks = col(BillingLedger.VALID_CLICKS);
    return when(credited, clicks.multiply(lit(-1L))).otherwise(clicks);
  }

  /** Whether an adjustment is of voided clicks. */
  static Column isOfVoidedClicks() {
    return array_contains(col(BillingAdjustments.CAUSES), VOIDED_CLICKS);
  }

  /** Adds entry_id. */
  static Function1<Dataset<Row>, Dataset<Row>> withEntryId() {
    Column side = when(col(BillingLedger.CREDIT_MICROS).gt(0), "CREDIT").otherwise("DEBIT");
    return rows -> rows.withColumn(BillingLedger.ENTRY_ID, identity(side));
  }

  /** A hash of the grain and another value. */
  static Column identity(Column also) {
    Column[] parts =
        Stream.concat(Stream.of(GRAIN).map(column -> col(column).cast("string")), Stream.of(also))
            .toArray(Column[]::new);
    return sha2(concat_ws("|", parts).cast("binary"), SHA_BITS);
  }

  /** A measure of the ledger's gate: how many things are wrong, and what. */
  static QualityMetric metric(String rule, long wrong, String fault) {
    return QualityMetric.ofFaults(
        BillingLedger.TABLE, "Ledger", rule, wrong, fault.replace("%d", Long.toString(wrong)));
  }
}
