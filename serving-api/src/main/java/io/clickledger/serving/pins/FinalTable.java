package io.clickledger.serving.pins;

import io.clickledger.schemas.BillingClicksByDay;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.TableName;

/** A final table that reports read, and how its rows say when they begin. */
public enum FinalTable {
  DAY(BillingClicksByDay.TABLE, BillingClicksByDay.DAY, "DATE"),
  QUARTER_HOUR(
      BillingClicksByQuarterHour.TABLE,
      BillingClicksByQuarterHour.QUARTER_HOUR,
      "TIMESTAMP(6) WITH TIME ZONE");

  private final TableName table;
  private final String column;
  private final String type;

  FinalTable(TableName table, String column, String type) {
    this.table = table;
    this.column = column;
    this.type = type;
  }

  public TableName table() {
    return table;
  }

  /** The column of the row's start. */
  public String column() {
    return column;
  }

  /** The column's type in Trino. */
  public String type() {
    return type;
  }
}
