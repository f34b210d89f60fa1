package io.clickledger.serving.reports.query;

import io.clickledger.schemas.LiveClicksByMinute;

/** What clicks can be grouped and filtered by: the grain of live and final rows beside time. */
public enum Dimension {
  ADVERTISER_ID(LiveClicksByMinute.ADVERTISER_ID),
  CAMPAIGN_ID(LiveClicksByMinute.CAMPAIGN_ID),
  AD_ID(LiveClicksByMinute.AD_ID),
  PUBLISHER_ID(LiveClicksByMinute.PUBLISHER_ID),
  GEO_COUNTRY(LiveClicksByMinute.GEO_COUNTRY),
  DEVICE_TYPE(LiveClicksByMinute.DEVICE_TYPE),
  CURRENCY(LiveClicksByMinute.CURRENCY);

  private final String column;

  Dimension(String column) {
    this.column = column;
  }

  /** Its name in tables, parameters and answers. */
  public String column() {
    return column;
  }
}
