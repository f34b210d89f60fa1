package io.clickledger.rules.contract;

import io.clickledger.rules.web.IpAddress;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One click, as the contract has it. What is optional there is null here when absent. {@code
 * otherFields} holds the fields that the contract does not know, sorted by name, each value as JSON
 * text.
 */
public record Click(
    String clickId,
    Instant clickedAt,
    Instant receivedAt,
    Source source,
    String adId,
    String publisherId,
    String campaignId,
    String impressionId,
    String userId,
    IpAddress ipAddress,
    String userAgent,
    String clickUrl,
    Long claimedCostMicros,
    String currency,
    String requestPurpose,
    Boolean suspectedDuplicate,
    Map<String, String> otherFields) {

  /*
   * Forms and bounds are the reader's: it has checked every text once already, and a hundred
   * thousand clicks a second do not pay for a second time.
   */
  public Click {
    Objects.requireNonNull(clickId, "clickId");
    Objects.requireNonNull(clickedAt, "clickedAt");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(adId, "adId");
    Objects.requireNonNull(publisherId, "publisherId");
    if ((claimedCostMicros == null) != (currency == null)) {
      throw new IllegalArgumentException(
          "claimedCostMicros and currency must come together, were %s and %s"
              .formatted(claimedCostMicros, currency));
    }
    otherFields = sorted(otherFields);
  }

  /**
   * The page on which the ad was clicked: page_url of the unknown fields; null where there is none
   * or it is no text.
   */
  public String pageUrl() {
    String json = otherFields.get("page_url");
    return json == null ? null : JsonText.plain(json);
  }

  // Sorted, because Map.copyOf iterates in an order that differs from one process to the next.
  private static Map<String, String> sorted(Map<String, String> fields) {
    if (fields == null || fields.isEmpty()) {
      return Map.of();
    }
    SortedMap<String, String> sorted = new TreeMap<>(fields);
    for (String name : sorted.keySet()) {
      if (ClickField.find(name) != null) {
        throw new IllegalArgumentException(
            "otherFields must not hold a field of the contract, was " + name);
      }
    }
    return Collections.unmodifiableSortedMap(sorted);
  }
}
