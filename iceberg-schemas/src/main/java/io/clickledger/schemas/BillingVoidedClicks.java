package io.clickledger.schemas;

/** One row is one valid click that a person voided. */
public final class BillingVoidedClicks {
  public static final TableName TABLE = new TableName("billing", "voided_clicks");

  public static final String CLICK_ID = "click_id";
  public static final String CLICKED_AT = "clicked_at";
  public static final String ADVERTISER_ID = "advertiser_id";
  public static final String CAMPAIGN_ID = "campaign_id";
  public static final String PUBLISHER_ID = "publisher_id";
  public static final String PRICE_MICROS = "price_micros";
  public static final String CURRENCY = "currency";
  public static final String REASON = "reason";
  public static final String VOIDED_BY = "voided_by";
  public static final String VOIDED_AT = "voided_at";
  public static final String RUN_ID = "run_id";

  private BillingVoidedClicks() {}
}
