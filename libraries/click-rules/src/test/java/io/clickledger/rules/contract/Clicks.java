package io.clickledger.rules.contract;

import io.clickledger.rules.json.ClickWriter;
import io.clickledger.rules.web.IpAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Makes valid clicks: {@code Clicks.click("a").costMicros(500).build()}. A name gives the same
 * click_id everywhere.
 */
public final class Clicks {

  /** When the clicks of tests happen unless they say otherwise. */
  public static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  /** More than any test puts into one body without meaning to reach the limit. */
  public static final int MAX_IN_A_BODY = 100;

  private String clickId;
  private Instant clickedAt = NOON;
  private Instant receivedAt;
  private Source source = Source.KAFKA;
  private String adId = "ad-1";
  private String publisherId = "publisher-1";
  private String campaignId;
  private String impressionId;
  private String userId = "user-1";
  private String ipAddress = "203.0.113.7";
  private String userAgent = ClickJson.FIREFOX;
  private String clickUrl;
  private Long claimedCostMicros;
  private String currency;
  private String requestPurpose;
  private Boolean suspectedDuplicate;
  private final Map<String, String> otherFields = new TreeMap<>();

  private Clicks(String name) {
    clickId = clickId(name);
  }

  /** A click of that name, with valid defaults. */
  public static Clicks click(String name) {
    return new Clicks(name);
  }

  /** The click_id of the click of that name. */
  public static String clickId(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }

  public Clicks clickId(UUID id) {
    clickId = id.toString();
    return this;
  }

  public Clicks clickedAt(Instant time) {
    clickedAt = time;
    return this;
  }

  public Clicks receivedAt(Instant time) {
    receivedAt = time;
    return this;
  }

  public Clicks source(Source from) {
    source = from;
    return this;
  }

  public Clicks adId(String id) {
    adId = id;
    return this;
  }

  public Clicks publisherId(String id) {
    publisherId = id;
    return this;
  }

  public Clicks campaignId(String id) {
    campaignId = id;
    return this;
  }

  public Clicks impressionId(String id) {
    impressionId = id;
    return this;
  }

  public Clicks userId(String id) {
    userId = id;
    return this;
  }

  public Clicks ipAddress(String address) {
    ipAddress = address;
    return this;
  }

  public Clicks userAgent(String agent) {
    userAgent = agent;
    return this;
  }

  public Clicks clickUrl(String url) {
    clickUrl = url;
    return this;
  }

  /** Claims that cost, in euros. */
  public Clicks costMicros(long micros) {
    return claimedCost(micros, "EUR");
  }

  public Clicks claimedCost(long micros, String unit) {
    claimedCostMicros = micros;
    currency = unit;
    return this;
  }

  public Clicks requestPurpose(String purpose) {
    requestPurpose = purpose;
    return this;
  }

  public Clicks suspectedDuplicate(Boolean label) {
    suspectedDuplicate = label;
    return this;
  }

  /** A field that the contract does not know, its value as JSON. */
  public Clicks otherField(String name, String json) {
    otherFields.put(name, json);
    return this;
  }

  public Click build() {
    return new Click(
        clickId,
        clickedAt,
        receivedAt,
        source,
        adId,
        publisherId,
        campaignId,
        impressionId,
        userId,
        ipAddress == null ? null : IpAddress.parse(ipAddress),
        userAgent,
        clickUrl,
        claimedCostMicros,
        currency,
        requestPurpose,
        suspectedDuplicate,
        otherFields);
  }

  /** The click as a record of the topic. */
  public byte[] bytes() {
    return ClickWriter.write(build());
  }
}
