package io.clickledger.schemas;

/** One row is the authoritative count of its grain over a UTC day: the sum of its quarter hours. */
public final class BillingClicksByDay {
  public static final TableName TABLE = new TableName("billing", "clicks_by_day");

  public static final String DAY = "day";
  public static final String REVISION = "revision";
  public static final String RUN_ID = "run_id";

  private BillingClicksByDay() {}
}
