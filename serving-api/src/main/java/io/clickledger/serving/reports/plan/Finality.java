package io.clickledger.serving.reports.plan;

import java.util.Locale;

/** Whether a row's numbers still move: provisional ones do; restated ones were final before. */
public enum Finality {
  PROVISIONAL,
  FINAL,
  RESTATED;

  static Finality of(Basis basis, int revision) {
    if (basis != Basis.FINAL) {
      return PROVISIONAL;
    }
    return revision > 0 ? RESTATED : FINAL;
  }

  /** Its name in answers. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
