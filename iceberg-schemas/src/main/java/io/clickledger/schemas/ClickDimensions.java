package io.clickledger.schemas;

import java.util.List;

/** What clicks are counted by, beside time: the same columns in every table of counts. */
public final class ClickDimensions {
  public static final String ADVERTISER_ID = "advertiser_id";
  public static final String CAMPAIGN_ID = "campaign_id";
  public static final String AD_ID = "ad_id";
  public static final String PUBLISHER_ID = "publisher_id";
  public static final String GEO_COUNTRY = "geo_country";
  public static final String DEVICE_TYPE = "device_type";
  public static final String CURRENCY = "currency";

  /** All of them, in the order of the tables. */
  public static final List<String> ALL =
      List.of(ADVERTISER_ID, CAMPAIGN_ID, AD_ID, PUBLISHER_ID, GEO_COUNTRY, DEVICE_TYPE, CURRENCY);

  private ClickDimensions() {}
}
