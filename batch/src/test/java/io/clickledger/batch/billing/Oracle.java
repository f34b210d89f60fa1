package io.clickledger.batch.billing;

import io.clickledger.rules.AdDirectory;
import io.clickledger.rules.AdVersion;
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

  /** Measures of one grain. */
  static final class Totals {
    long gross;
    long duplicate;
    long generalInvalid;
    long valid;
    long costMicros;
    final Set<String> users = new HashSet<>();

    @Override
    public String toString() {
      return String.join(
          "/",
          Long.toString(gross),
          Long.toString(duplicate),
          Long.toString(generalInvalid),
          "0",
          Long.toString(valid),
          Long.toString(costMicros),
          Integer.toString(users.size()));
    }
  }

  /** Expected rows of the quarter hours of the days, as texts grain -> measures. */
  static Map<String, String> quarterHours(
      Collection<TestLake.Landed> landed, AdDirectory ads, Collection<LocalDate> days) {
    return totals(landed, ads, days, 900);
  }

  /** Expected rows of the days. */
  static Map<String, String> days(
      Collection<TestLake.Landed> landed, AdDirectory ads, Collection<LocalDate> days) {
    return totals(landed, ads, days, 86_400);
  }

  private static Map<String, String> totals(
      Collection<TestLake.Landed> landed,
      AdDirectory ads,
      Collection<LocalDate> days,
      long seconds) {
    List<TestLake.Landed> inOrder = new ArrayList<>(landed);
    inOrder.sort(
        Comparator.comparing(TestLake.Landed::landedAt)
            .thenComparing(TestLake.Landed::partition)
            .thenComparing(TestLake.Landed::offset));
    Set<String> seen = new HashSet<>();
    Map<String, Totals> totals = new HashMap<>();
    for (TestLake.Landed row : inOrder) {
      TestClick click = row.click();
      boolean duplicate = !seen.add(click.clickId());
      if (!days.contains(Night.day(click.clickedAt()))) {
        continue;
      }
      AdVersion ad = ads.find(click.adId(), click.clickedAt());
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
      } else if (!click.fraudFlags().isEmpty()) {
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
