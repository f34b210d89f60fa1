package io.clickledger.batch.billing.run;

import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the final tables must hold, by brute force in plain Java: one pass over everything that
 * landed, in the order of landing.
 */
final class Oracle {

  private Oracle() {}

  /**
   * What the metadata store has in the end.
   *
   * @param domains of the publishers, over all times
   */
  record Metadata(List<AdVersion> ads, List<PublisherDomain> domains) {
    static Metadata of(MetadataStore store) {
      return new Metadata(store.adVersions(), store.publisherDomains());
    }

    AdVersion ad(TestClick click) {
      return ads.stream()
          .filter(ad -> ad.adId().equals(click.adId()) && ad.isValidAt(click.clickedAt()))
          .findFirst()
          .orElse(null);
    }

    /** The publisher is unknown, or the page is on another host than its own. */
    boolean mismatches(TestClick click) {
      String page = click.pageHost();
      return domains.stream()
          .filter(
              domain ->
                  domain.publisherId().equals(click.publisherId())
                      && domain.isValidAt(click.clickedAt()))
          .findFirst()
          .map(
              own ->
                  page != null && !page.equals(own.domain()) && !page.endsWith("." + own.domain()))
          .orElse(true);
    }
  }

  /** Measures of one grain. */
  static final class Totals {
    long gross;
    long duplicate;
    long generalInvalid;
    long sophisticatedInvalid;
    long valid;
    long costMicros;
    final Set<String> users = new HashSet<>();

    Totals copy() {
      Totals copy = new Totals();
      copy.gross = gross;
      copy.duplicate = duplicate;
      copy.generalInvalid = generalInvalid;
      copy.sophisticatedInvalid = sophisticatedInvalid;
      copy.valid = valid;
      copy.costMicros = costMicros;
      copy.users.addAll(users);
      return copy;
    }

    @Override
    public String toString() {
      return String.join(
          "/",
          Long.toString(gross),
          Long.toString(duplicate),
          Long.toString(generalInvalid),
          Long.toString(sophisticatedInvalid),
          Long.toString(valid),
          Long.toString(costMicros),
          Integer.toString(users.size()));
    }
  }

  /** Expected rows of the quarter hours of the days, as texts grain -> measures. */
  static Map<String, String> quarterHours(
      Collection<BillingLake.Landed> landed, Metadata metadata, Collection<LocalDate> days) {
    return totals(landed, metadata, days, 900);
  }

  /** Expected rows of the days. */
  static Map<String, String> days(
      Collection<BillingLake.Landed> landed, Metadata metadata, Collection<LocalDate> days) {
    return totals(landed, metadata, days, 86_400);
  }

  private static Map<String, String> totals(
      Collection<BillingLake.Landed> landed,
      Metadata metadata,
      Collection<LocalDate> days,
      long seconds) {
    List<BillingLake.Landed> inOrder = new ArrayList<>(landed);
    inOrder.sort(
        Comparator.comparing(BillingLake.Landed::landedAt)
            .thenComparing(BillingLake.Landed::partition)
            .thenComparing(BillingLake.Landed::offset));
    Map<String, List<Instant>> seen = new HashMap<>();
    Map<String, Totals> totals = new HashMap<>();
    for (BillingLake.Landed row : inOrder) {
      TestClick click = row.click();
      List<Instant> earlier = seen.computeIfAbsent(click.clickId(), id -> new ArrayList<>());
      boolean duplicate =
          earlier.stream()
              .map(other -> Duration.between(other, click.clickedAt()).abs())
              .anyMatch(apart -> apart.compareTo(BillingLake.DEDUP_HORIZON) <= 0);
      if (!duplicate) {
        earlier.add(click.clickedAt());
      }
      if (!days.contains(BillingRunDays.day(click.clickedAt()))) {
        continue;
      }
      AdVersion ad = metadata.ad(click);
      long start = Math.floorDiv(click.clickedAt().getEpochSecond(), seconds) * seconds;
      Totals sum =
          totals.computeIfAbsent(
              grain(
                  Instant.ofEpochSecond(start),
                  ad == null ? null : ad.advertiserId(),
                  ad == null ? click.campaignId() : ad.campaignId(),
                  click.adId(),
                  click.publisherId(),
                  click.geoCountry(),
                  click.deviceType(),
                  ad == null ? null : ad.currency()),
              key -> new Totals());
      sum.gross++;
      if (duplicate) {
        sum.duplicate++;
      } else if (!click.fraudFlags().isEmpty() || metadata.mismatches(click)) {
        sum.generalInvalid++;
      } else {
        sum.valid++;
        sum.costMicros += ad == null ? 0 : ad.cpcMicros();
        if (click.userHash() != null) {
          sum.users.add(click.userHash());
        }
      }
    }
    Map<String, String> rows = new TreeMap<>();
    totals.forEach((grain, sum) -> rows.put(grain, sum.toString()));
    return rows;
  }

  static String grain(Object... values) {
    List<String> texts = new ArrayList<>();
    for (Object value : values) {
      texts.add(String.valueOf(value));
    }
    return String.join(" ", texts);
  }
}
