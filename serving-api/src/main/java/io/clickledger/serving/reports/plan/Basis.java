package io.clickledger.serving.reports.plan;

import java.time.Instant;
import java.util.Locale;

/** Which layer a row's numbers come from. */
public enum Basis {
  LIVE,
  FINAL,
  MIXED;

  static Basis of(Instant start, Instant end, Instant seam) {
    if (!end.isAfter(seam)) {
      return FINAL;
    }
    return start.isBefore(seam) ? MIXED : LIVE;
  }

  /** Its name in answers. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
