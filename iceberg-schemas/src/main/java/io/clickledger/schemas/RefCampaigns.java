package io.clickledger.schemas;

/** One row is one version of a campaign. */
public final class RefCampaigns {
  public static final TableName TABLE = new TableName("ref", "campaigns");

  public static final String CAMPAIGN_ID = "campaign_id";
  public static final String ADVERTISER_ID = "advertiser_id";
  public static final String VERSION_ID = "version_id";

  private RefCampaigns() {}
}
