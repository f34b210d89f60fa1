package io.clickledger.serving.reports.query;

import java.util.Locale;

/** How long the periods of a report are; MINUTE is always live. */
public enum Granularity {
  MINUTE,
  HOUR,
  DAY,
  TOTAL;

  /** Its name in parameters and answers. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
