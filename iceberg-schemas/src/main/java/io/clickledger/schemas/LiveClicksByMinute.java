package io.clickledger.schemas;

/**
 * One row is a mergeable partial of its grain (minute and dimensions) for one landing batch:
 * readers sum.
 */
public final class LiveClicksByMinute {
  public static final TableName TABLE = new TableName("live", "clicks_by_minute");

  public static final String MINUTE = "minute";
  public static final String LANDED_AT = "landed_at";
  public static final String ON_TIME = "on_time";

  private LiveClicksByMinute() {}
}
