package io.clickledger.serving.reports.query;

import io.clickledger.schemas.ClickMeasures;

/** What is counted. All but UNIQUE_USERS are sums; those are merged from sketches. */
public enum Measure {
  GROSS_CLICKS(ClickMeasures.GROSS_CLICKS),
  DUPLICATE_CLICKS(ClickMeasures.DUPLICATE_CLICKS),
  GENERAL_INVALID_CLICKS(ClickMeasures.GENERAL_INVALID_CLICKS),
  SOPHISTICATED_INVALID_CLICKS(ClickMeasures.SOPHISTICATED_INVALID_CLICKS),
  VALID_CLICKS(ClickMeasures.VALID_CLICKS),
  COST_MICROS(ClickMeasures.COST_MICROS),
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
