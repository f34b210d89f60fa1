package io.clickledger.schemas;

/** One row is one version of a publisher. */
public final class RefPublishers {
  public static final TableName TABLE = new TableName("ref", "publishers");

  public static final String PUBLISHER_ID = "publisher_id";
  public static final String NAME = "name";
  public static final String DOMAIN = "domain";
  public static final String REVENUE_SHARE_PERCENT = "revenue_share_percent";
  public static final String VALID_FROM = "valid_from";
  public static final String VALID_TO = "valid_to";
  public static final String VERSION_ID = "version_id";

  private RefPublishers() {}
}
