package io.clickledger.schemas;

/** One row is one version of a campaign. */
public final class RefCampaigns {
  public static final TableName TABLE = new TableName("ref", "campaigns");

  public static final String CAMPAIGN_ID = "campaign_id";
  public static final String ADVERTISER_ID = "advertiser_id";
  public static final String NAME = "name";
  public static final String STARTS_ON = "starts_on";
  public static final String ENDS_ON = "ends_on";
  public static final String DAILY_BUDGET_MICROS = "daily_budget_micros";
  public static final String TOTAL_BUDGET_MICROS = "total_budget_micros";
  public static final String VALID_FROM = "valid_from";
  public static final String VALID_TO = "valid_to";
  public static final String VERSION_ID = "version_id";

  private RefCampaigns() {}
}
