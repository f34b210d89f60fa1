package io.clickledger.serving.reports.query;

import io.clickledger.schemas.ClickDimensions;

/** What clicks can be grouped and filtered by: the grain of live and final rows beside time. */
public enum Dimension {
  ADVERTISER_ID(ClickDimensions.ADVERTISER_ID),
  CAMPAIGN_ID(ClickDimensions.CAMPAIGN_ID),
  AD_ID(ClickDimensions.AD_ID),
  PUBLISHER_ID(ClickDimensions.PUBLISHER_ID),
  GEO_COUNTRY(ClickDimensions.GEO_COUNTRY),
  DEVICE_TYPE(ClickDimensions.DEVICE_TYPE),
  CURRENCY(ClickDimensions.CURRENCY);

  private final String column;

  Dimension(String column) {
    this.column = column;
  }

  /** Its name in tables, parameters and answers. */
  public String column() {
    return column;
  }
}
