package io.clickledger.batch.billing.run;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The ledger as its definition gives it, click by click over everything that landed, with none of
 * the program's rules: what is open is charged from nothing, what is closed is corrected.
 */
final class LedgerOracle {
  private final Map<String, Campaign> campaigns = new HashMap<>();
  private final Map<String, String> campaignOfAd = new HashMap<>();
  private final Map<String, NavigableMap<Instant, Long>> prices = new HashMap<>();
  private final Map<String, NavigableMap<Instant, String>> shares = new HashMap<>();
  private final Map<String, Set<YearMonth>> closed = new HashMap<>();
  private final Set<String> voided = new HashSet<>();

  /** Debit, credit and clicks by entry; then what adjustments of each kind sum to. */
  final Map<String, String> ledger = new TreeMap<>();

  final Map<String, String> uncharged = new TreeMap<>();
  final Map<String, Net> corrections = new TreeMap<>();
  final Map<String, Net> voids = new TreeMap<>();
  private final Map<String, Net> ledgerNet = new TreeMap<>();

  record Campaign(
      String id,
      String advertiser,
      ZoneId zone,
      String currency,
      LocalDate starts,
      LocalDate ends,
      Long daily,
      Long total) {}

  /** Debit minus credit, and clicks. */
  record Net(long micros, long clicks) {
    Net plus(Net other) {
      return new Net(micros + other.micros, clicks + other.clicks);
    }

    Net minus(Net other) {
      return new Net(micros - other.micros, clicks - other.clicks);
    }
  }

  void campaign(Campaign campaign, String ad, long price) {
    campaigns.put(campaign.id(), campaign);
    campaignOfAd.put(ad, campaign.id());
    price(ad, Instant.EPOCH, price);
  }

  void price(String ad, Instant from, long micros) {
    prices.computeIfAbsent(ad, id -> new TreeMap<>()).put(from, micros);
  }

  void share(String publisher, Instant from, String percent) {
    shares.computeIfAbsent(publisher, id -> new TreeMap<>()).put(from, percent);
  }

  void close(String advertiser, YearMonth month) {
    closed.computeIfAbsent(advertiser, id -> new HashSet<>()).add(month);
  }

  void voidClick(String clickId) {
    voided.add(clickId);
  }

  boolean isClosed(String advertiser, LocalDate day) {
    return closed.getOrDefault(advertiser, Set.of()).contains(YearMonth.from(day));
  }

  /** Charges everything that landed and whose local day has ended. */
  void run(List<TestClick> landed, Instant through) {
    Map<String, List<TestClick>> byCampaign = new TreeMap<>();
    Set<String> seen = new HashSet<>();
    for (TestClick click : landed) {
      String campaign = campaignOfAd.get(click.adId());
      if (seen.add(click.clickId()) && campaign != null) {
        byCampaign.computeIfAbsent(campaign, id -> new ArrayList<>()).add(click);
      }
    }
    Map<String, String> entries = new TreeMap<>();
    Map<String, Net> nets = new TreeMap<>();
    voids.clear();
    uncharged.clear();
    byCampaign.forEach((id, clicks) -> charge(campaigns.get(id), clicks, through, entries, nets));
    entries.forEach(
        (key, value) -> {
          if (!isClosed(advertiser(key), day(key))) {
            ledger.put(key, value);
          }
        });
    Map<String, Net> ledgerBefore = new TreeMap<>(ledgerNet);
    Set<String> keys = new HashSet<>(nets.keySet());
    keys.addAll(ledgerBefore.keySet());
    for (String key : keys) {
      Net desired = nets.getOrDefault(key, new Net(0, 0));
      if (isClosed(advertiser(key), day(key))) {
        Net correction = desired.minus(ledgerBefore.getOrDefault(key, new Net(0, 0)));
        corrections.put(key, correction);
        corrections.values().removeIf(new Net(0, 0)::equals);
      } else {
        ledgerNet.put(key, desired);
      }
    }
    voids.values().removeIf(new Net(0, 0)::equals);
  }

  private static String advertiser(String key) {
    return key.split("/")[1];
  }

  private static LocalDate day(String key) {
    return LocalDate.parse(key.split("/")[0]);
  }

  /** Costs of a day and publisher, all and kept, by share. */
  private static final class Sums {
    final Map<String, long[]> byShare = new TreeMap<>();
    long clicks;
    long cost;
    long past;
    long pastCost;
    long voided;
    long voidedCost;
    long voidedPast;
    long voidedPastCost;
  }

  private void charge(
      Campaign campaign,
      List<TestClick> clicks,
      Instant through,
      Map<String, String> entries,
      Map<String, Net> nets) {
    clicks.sort(
        Comparator.comparing(TestClick::clickedAt)
            .thenComparing(click -> (String) click.columns().get("click_id")));
    Map<String, Sums> sums = new TreeMap<>();
    Map<String, long[]> outside = new TreeMap<>();
    long netBefore = 0;
    long netOfDay = 0;
    long daySum = 0;
    long within = 0;
    LocalDate current = null;
    for (TestClick click : clicks) {
      LocalDate day = click.clickedAt().atZone(campaign.zone()).toLocalDate();
      if (day.plusDays(1).atStartOfDay(campaign.zone()).toInstant().isAfter(through)) {
        continue;
      }
      if (!day.equals(current)) {
        netBefore += netOfDay;
        netOfDay = 0;
        daySum = 0;
        within = 0;
        current = day;
      }
      long price = prices.get(click.adId()).floorEntry(click.clickedAt()).getValue();
      String grain =
          day + "/" + campaign.advertiser() + "/" + campaign.id() + "/" + click.publisherId();
      Optional<String> reason = uncharged(campaign, day, click.publisherId());
      if (reason.isPresent()) {
        long[] sum =
            outside.computeIfAbsent(
                grain + "/" + reason.get() + "/" + campaign.currency(), key -> new long[2]);
        sum[0]++;
        sum[1] += price;
        continue;
      }
      daySum += price;
      boolean past = campaign.daily() != null && daySum > campaign.daily();
      if (!past) {
        within += price;
        past = campaign.total() != null && netBefore + within > campaign.total();
      }
      if (!past) {
        netOfDay += price;
      }
      Sums sum = sums.computeIfAbsent(grain, key -> new Sums());
      boolean isVoided = voided.contains(click.clickId());
      sum.clicks++;
      sum.cost += price;
      sum.past += past ? 1 : 0;
      sum.pastCost += past ? price : 0;
      sum.voided += isVoided ? 1 : 0;
      sum.voidedCost += isVoided ? price : 0;
      sum.voidedPast += isVoided && past ? 1 : 0;
      sum.voidedPastCost += isVoided && past ? price : 0;
      // The share of a quarter hour is the one at its start.
      Instant start =
          Instant.ofEpochSecond(Math.floorDiv(click.clickedAt().getEpochSecond(), 900) * 900);
      long[] share =
          sum.byShare.computeIfAbsent(
              shares.get(click.publisherId()).floorEntry(start).getValue(), key -> new long[2]);
      share[0] += price;
      share[1] += isVoided ? 0 : price;
    }
    outside.forEach((key, sum) -> uncharged.put(key, sum[0] + "/" + sum[1]));
    sums.forEach((grain, sum) -> book(grain, campaign.currency(), sum, entries, nets));
  }

  private Optional<String> uncharged(Campaign campaign, LocalDate day, String publisher) {
    if (day.isBefore(campaign.starts())) {
      return Optional.of("BEFORE_CAMPAIGN");
    }
    if (campaign.ends() != null && day.isAfter(campaign.ends())) {
      return Optional.of("AFTER_CAMPAIGN");
    }
    return shares.containsKey(publisher) ? Optional.empty() : Optional.of("UNKNOWN_PUBLISHER");
  }

  private void book(
      String grain, String currency, Sums sum, Map<String, String> entries, Map<String, Net> nets) {
    long payable = 0;
    long kept = 0;
    for (Map.Entry<String, long[]> share : sum.byShare.entrySet()) {
      payable += part(share.getValue()[0], share.getKey());
      kept += part(share.getValue()[1], share.getKey());
    }
    long taken = payable - kept;
    String receivable = grain + "/ADVERTISER_RECEIVABLE/" + currency;
    String payables = grain + "/PUBLISHER_PAYABLE/" + currency;
    String revenue = grain + "/PLATFORM_REVENUE/" + currency;
    String over = grain + "/OVER_DELIVERY/" + currency;
    entries.put(receivable + "/DEBIT", sum.cost + "/0/" + sum.clicks);
    entries.put(payables + side(payable), "0/" + payable + "/" + sum.clicks);
    entries.put(revenue + side(sum.cost - payable), "0/" + (sum.cost - payable) + "/" + sum.clicks);
    nets.put(receivable, new Net(sum.cost - sum.pastCost, sum.clicks - sum.past));
    nets.put(payables, new Net(-payable, sum.clicks));
    nets.put(revenue, new Net(payable - sum.cost, sum.clicks));
    if (sum.pastCost > 0) {
      entries.put(over + "/DEBIT", sum.pastCost + "/0/" + sum.past);
      entries.put(receivable + "/CREDIT", "0/" + sum.pastCost + "/" + sum.past);
      nets.put(over, new Net(sum.pastCost, sum.past));
    }
    if (sum.voided > 0) {
      voids.put(
          receivable, new Net(sum.voidedPastCost - sum.voidedCost, sum.voidedPast - sum.voided));
      voids.put(payables, new Net(taken, -sum.voided));
      voids.put(revenue, new Net(sum.voidedCost - taken, -sum.voided));
      voids.put(over, new Net(-sum.voidedPastCost, -sum.voidedPast));
    }
  }

  private static String side(long credit) {
    return credit > 0 ? "/CREDIT" : "/DEBIT";
  }

  private static long part(long cost, String percent) {
    return new BigDecimal(cost)
        .multiply(new BigDecimal(percent))
        .divide(new BigDecimal(100), 0, RoundingMode.HALF_EVEN)
        .longValueExact();
  }
}
