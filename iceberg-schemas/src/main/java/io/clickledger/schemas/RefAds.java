package io.clickledger.schemas;

/** One row is one version of an ad. */
public final class RefAds {
  public static final TableName TABLE = new TableName("ref", "ads");

  public static final String AD_ID = "ad_id";
  public static final String CAMPAIGN_ID = "campaign_id";
  public static final String NAME = "name";
  public static final String CPC_MICROS = "cpc_micros";
  public static final String VALID_FROM = "valid_from";
  public static final String VALID_TO = "valid_to";
  public static final String VERSION_ID = "version_id";

  private RefAds() {}
}
