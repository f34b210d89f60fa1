package io.clickledger.serving.reports.query;

import io.clickledger.schemas.LiveClicksByMinute;

/** What is counted. All but UNIQUE_USERS are sums; those are merged from sketches. */
public enum Measure {
  GROSS_CLICKS(LiveClicksByMinute.GROSS_CLICKS),
  DUPLICATE_CLICKS(LiveClicksByMinute.DUPLICATE_CLICKS),
  GENERAL_INVALID_CLICKS(LiveClicksByMinute.GENERAL_INVALID_CLICKS),
  SOPHISTICATED_INVALID_CLICKS(LiveClicksByMinute.SOPHISTICATED_INVALID_CLICKS),
  VALID_CLICKS(LiveClicksByMinute.VALID_CLICKS),
  COST_MICROS(LiveClicksByMinute.COST_MICROS),
  UNIQUE_USERS("unique_users");

  private final String column;

  Measure(String column) {
    this.column = column;
  }

  /** Its name in parameters and answers, and in tables where it is a sum. */
  public String column() {
    return column;
  }

  public boolean isSum() {
    return this != UNIQUE_USERS;
  }
}
