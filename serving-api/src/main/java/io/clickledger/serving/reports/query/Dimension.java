package io.clickledger.serving.reports.query;

import io.clickledger.schemas.ClickDimensions;
import io.clickledger.serving.parameters.ValueForm;

/** What clicks can be grouped and filtered by: the grain of live and final rows beside time. */
public enum Dimension {
  ADVERTISER_ID(ClickDimensions.ADVERTISER_ID, ValueForm.ID_OR_UNKNOWN),
  CAMPAIGN_ID(ClickDimensions.CAMPAIGN_ID, ValueForm.ID_OR_UNKNOWN),
  AD_ID(ClickDimensions.AD_ID, ValueForm.ID),
  PUBLISHER_ID(ClickDimensions.PUBLISHER_ID, ValueForm.ID),
  GEO_COUNTRY(ClickDimensions.GEO_COUNTRY, ValueForm.COUNTRY_OR_UNKNOWN),
  DEVICE_TYPE(ClickDimensions.DEVICE_TYPE, ValueForm.DEVICE_OR_UNKNOWN),
  CURRENCY(ClickDimensions.CURRENCY, ValueForm.CURRENCY_OR_UNKNOWN);

  private final String column;
  private final ValueForm form;

  Dimension(String column, ValueForm form) {
    this.column = column;
    this.form = form;
  }

  /** Its name in tables, parameters and answers. */
  public String column() {
    return column;
  }

  /** The parameter that leaves values out. */
  public String exclusion() {
    return "not_" + column;
  }

  /** Which values it can have. */
  public ValueForm form() {
    return form;
  }
}
