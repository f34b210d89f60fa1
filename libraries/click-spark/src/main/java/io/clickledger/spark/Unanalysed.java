package io.clickledger.spark;

import java.util.Locale;

/** What of a click enrichment could not analyse, though the click has it. */
public enum Unanalysed {
  /** The user agent: too complex, or the analyser failed. */
  USER_AGENT,
  /** The country of the address: its database failed. */
  COUNTRY,
  /** The city of the address: its database failed. */
  CITY,
  /** The network of the address: its database failed. */
  NETWORK;

  /** The name in metrics and log lines. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
