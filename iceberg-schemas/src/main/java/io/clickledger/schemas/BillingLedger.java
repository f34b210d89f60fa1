package io.clickledger.schemas;

/**
 * One row is one side of a double entry for a local billing day, campaign, publisher and account:
 * debits equal credits.
 */
public final class BillingLedger {
  public static final TableName TABLE = new TableName("billing", "ledger");

  public static final String BILLING_DAY = "billing_day";
  public static final String ADVERTISER_ID = "advertiser_id";
  public static final String CAMPAIGN_ID = "campaign_id";
  public static final String PUBLISHER_ID = "publisher_id";
  public static final String ACCOUNT = "account";
  public static final String DEBIT_MICROS = "debit_micros";
  public static final String CREDIT_MICROS = "credit_micros";
  public static final String CURRENCY = "currency";
  public static final String VALID_CLICKS = "valid_clicks";
  public static final String ENTRY_ID = "entry_id";
  public static final String RUN_ID = "run_id";

  private BillingLedger() {}
}
