package io.clickledger.batch.billing.run;

import io.clickledger.schemas.ClickMeasures;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the metadata store and the rules in force say at one moment, kept by hand beside them: who
 * an ad belonged to at every time, whose page a host is, which hosts show pages of any publisher.
 */
final class ExpectedMetadata {
  private final Map<String, NavigableMap<Instant, Owner>> ads = new HashMap<>();
  private final Map<String, NavigableMap<Instant, String>> domains = new HashMap<>();
  private Set<String> pageCaches = Set.of();
  private String rulesVersion = "";
  private int changes;

  /** Whose an ad is, and its price. */
  record Owner(String advertiserId, String campaignId, String currency, long cpcMicros) {}

  /** The ad is this from then on. */
  void putAd(String adId, Instant from, Owner owner) {
    ads.computeIfAbsent(adId, id -> new TreeMap<>()).put(from, owner);
    changes++;
  }

  /** The publisher's pages are on this domain from then on. */
  void putPublisher(String publisherId, Instant from, String domain) {
    domains.computeIfAbsent(publisherId, id -> new TreeMap<>()).put(from, domain);
    changes++;
  }

  /** These rules are in force. */
  void putRules(String version, Set<String> caches) {
    rulesVersion = version;
    pageCaches = caches;
  }

  String rulesVersion() {
    return rulesVersion;
  }

  /** The ads and publishers that are known. */
  Set<String> ids() {
    Set<String> ids = new HashSet<>(ads.keySet());
    ids.addAll(domains.keySet());
    return ids;
  }

  /** How often the metadata have changed. */
  int changes() {
    return changes;
  }

  /** The ad at clicked_at; null while it is unknown. */
  Owner owner(TestClick click) {
    var version = ads.getOrDefault(click.adId(), new TreeMap<>()).floorEntry(click.clickedAt());
    return version == null ? null : version.getValue();
  }

  /** The publisher is unknown at clicked_at, or the page is neither its own nor in a cache. */
  boolean mismatches(TestClick click) {
    var domain =
        domains.getOrDefault(click.publisherId(), new TreeMap<>()).floorEntry(click.clickedAt());
    if (domain == null) {
      return true;
    }
    String page = click.pageHost();
    return page != null
        && !isBelow(page, domain.getValue())
        && pageCaches.stream().noneMatch(cache -> isBelow(page, cache));
  }

  /** The measure that counts the click, beside gross_clicks. */
  String measure(TestClick click, boolean duplicate) {
    if (duplicate) {
      return ClickMeasures.DUPLICATE_CLICKS;
    }
    if (click.fraudFlags().contains("test-robot") || mismatches(click)) {
      return ClickMeasures.GENERAL_INVALID_CLICKS;
    }
    return click.fraudFlags().contains("test-behaviour")
        ? ClickMeasures.SOPHISTICATED_INVALID_CLICKS
        : ClickMeasures.VALID_CLICKS;
  }

  private static boolean isBelow(String host, String domain) {
    return ("." + host).endsWith("." + domain);
  }
}
