package io.clickledger.spark;

import java.util.Locale;

/** A field of a click that enrichment could not analyse although the click has it. */
public enum UnanalysedField {
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
