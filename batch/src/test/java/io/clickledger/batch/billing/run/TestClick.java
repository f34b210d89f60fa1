package io.clickledger.batch.billing.run;

import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.schemas.RawClicks;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

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
    String pageHost,
    String address) {

  private static final String USER_AGENT =
      "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

  /** Where clicks come from that rules of type network matched. */
  private static final Map<String, String> NETWORKS =
      Map.of("data-centre", "AS16509", "test-robot", "AS64500", "test-behaviour", "AS64501");

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
        null,
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
        pageHost,
        address);
  }

  /** With the id of a fraud rule that it matched at landing. */
  public TestClick flagged(String rule) {
    return new TestClick(
        clickId,
        clickedAt,
        adId,
        publisherId,
        campaignId,
        geoCountry,
        deviceType,
        List.of(rule),
        userHash,
        pageHost,
        address);
  }

  /** From a device of another type. */
  public TestClick from(String otherDeviceType) {
    return new TestClick(
        clickId,
        clickedAt,
        adId,
        publisherId,
        campaignId,
        geoCountry,
        otherDeviceType,
        fraudFlags,
        userHash,
        pageHost,
        address);
  }

  /** A user's click on an ad from an address. */
  public TestClick by(String user, String ad, String fromAddress) {
    return new TestClick(
        clickId,
        clickedAt,
        ad,
        publisherId,
        campaignId,
        geoCountry,
        deviceType,
        fraudFlags,
        user,
        pageHost,
        fromAddress);
  }

  /** On the pages of a publisher. */
  public TestClick on(String publisher) {
    return new TestClick(
        clickId,
        clickedAt,
        adId,
        publisher,
        campaignId,
        geoCountry,
        deviceType,
        fraudFlags,
        userHash,
        pageHost,
        address);
  }

  public Map<String, Object> columns() {
    Map<String, Object> columns = new HashMap<>();
    columns.put(RawClicks.CLICK_ID, uuid(clickId).toString());
    columns.put(RawClicks.CLICKED_AT, clickedAt);
    columns.put(RawClicks.SOURCE, "kafka");
    columns.put(RawClicks.AD_ID, adId);
    columns.put(RawClicks.PUBLISHER_ID, publisherId);
    columns.put(RawClicks.CAMPAIGN_ID, campaignId);
    columns.put(RawClicks.GEO_COUNTRY, geoCountry);
    columns.put(RawClicks.DEVICE_TYPE, deviceType);
    columns.put(RawClicks.FRAUD_FLAGS, fraudFlags.toArray(String[]::new));
    columns.put(RawClicks.USER_HASH, hash(userHash));
    columns.put(RawClicks.IP_HASH, hash(address));
    columns.put(RawClicks.PAGE_HOST, pageHost);
    columns.put(RawClicks.USER_AGENT, USER_AGENT);
    fraudFlags.forEach(flag -> columns.put(RawClicks.NETWORK, NETWORKS.get(flag)));
    columns.put(RawClicks.REQUEST_PURPOSE, fraudFlags.contains("prefetch") ? "prefetch" : null);
    columns.put(RawClicks.RULES_VERSION, FraudRules.shipped().version());
    columns.put(RawClicks.HASH_KEY_ID, "1");
    return columns;
  }

  private static String hash(String name) {
    return name == null ? null : uuid(name).toString().replace("-", "");
  }

  /** Names are short in tests; landed ids are UUIDs, and hashes as long as those. */
  private static UUID uuid(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }
}
