package io.clickledger.schemas;

/**
 * One row is a part of the authoritative count of its grain over a UTC day: the sum of its quarter
 * hours.
 */
public final class BillingClicksByDay {
  public static final TableName TABLE = new TableName("billing", "clicks_by_day");

  public static final String DAY = "day";

  private BillingClicksByDay() {}
}
