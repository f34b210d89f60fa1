package io.clickledger.schemas;

/**
 * One row is a part of the authoritative count of its grain over a quarter of an hour: it serves
 * every IANA time zone, and an hour is a sum.
 */
public final class BillingClicksByQuarterHour {
  public static final TableName TABLE = new TableName("billing", "clicks_by_quarter_hour");

  public static final String QUARTER_HOUR = "quarter_hour";
  public static final String REVISION = "revision";
  public static final String RUN_ID = "run_id";

  private BillingClicksByQuarterHour() {}
}
