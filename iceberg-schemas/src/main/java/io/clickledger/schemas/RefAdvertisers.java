package io.clickledger.schemas;

/** One row is one version of an advertiser. */
public final class RefAdvertisers {
  public static final TableName TABLE = new TableName("ref", "advertisers");

  public static final String ADVERTISER_ID = "advertiser_id";
  public static final String NAME = "name";
  public static final String TIME_ZONE = "time_zone";
  public static final String CURRENCY = "currency";
  public static final String VALID_FROM = "valid_from";
  public static final String VALID_TO = "valid_to";
  public static final String VERSION_ID = "version_id";

  private RefAdvertisers() {}
}
