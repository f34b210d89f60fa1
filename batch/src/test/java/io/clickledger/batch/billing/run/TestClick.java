package io.clickledger.batch.billing.run;

import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.schemas.RawClicks;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What of a landed click the billing run looks at; null where the column may be. */
public record TestClick(
    String clickId,
    Instant clickedAt,
    String adId,
    String publisherId,
    String campaignId,
    String geoCountry,
    String deviceType,
    List<String> fraudFlags,
    String userHash,
    String pageHost) {

  /** A valid click with defaults for all else. */
  public static TestClick click(String clickId, String clickedAt) {
    return new TestClick(
        clickId,
        Instant.parse(clickedAt),
        "ad-1",
        "publisher-1",
        null,
        "FR",
        "PHONE",
        List.of(),
        "user-" + clickId,
        null);
  }

  public TestClick at(String instant) {
    return new TestClick(
        clickId,
        Instant.parse(instant),
        adId,
        publisherId,
        campaignId,
        geoCountry,
        deviceType,
        fraudFlags,
        userHash,
        pageHost);
  }

  public Map<String, Object> columns() {
    Map<String, Object> columns = new HashMap<>();
    columns.put(RawClicks.CLICK_ID, clickId);
    columns.put(RawClicks.CLICKED_AT, clickedAt);
    columns.put(RawClicks.SOURCE, "kafka");
    columns.put(RawClicks.AD_ID, adId);
    columns.put(RawClicks.PUBLISHER_ID, publisherId);
    columns.put(RawClicks.CAMPAIGN_ID, campaignId);
    columns.put(RawClicks.GEO_COUNTRY, geoCountry);
    columns.put(RawClicks.DEVICE_TYPE, deviceType);
    columns.put(RawClicks.FRAUD_FLAGS, fraudFlags.toArray(String[]::new));
    columns.put(RawClicks.USER_HASH, userHash);
    columns.put(RawClicks.PAGE_HOST, pageHost);
    columns.put(RawClicks.RULES_VERSION, FraudRules.shipped().version());
    columns.put(RawClicks.HASH_KEY_ID, "1");
    return columns;
  }
}
