package io.clickledger.batch.ledger;

import io.clickledger.batch.billing.input.BillingTerms;
import io.clickledger.batch.billing.input.BillingTerms.CampaignTerms;
import io.clickledger.batch.ledger.CampaignClicks.Click;
import io.clickledger.batch.ledger.CampaignClicks.Sum;
import io.clickledger.batch.ledger.Charge.Amount;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Charges the clicks of a campaign, day by day in the advertiser's zone. Clicks are past a budget
 * in the order of clicked_at and click_id: the click that takes the day's sum past the daily
 * budget, and those after it; and of the others, the one that takes what was charged net on earlier
 * days and this day's sum past the total budget, and those after it. So only quarter hours in which
 * a sum passes a budget need single clicks.
 */
final class CampaignCharges {
  private final BillingTerms terms;
  private final CampaignClicks clicks;
  private final SortedMap<Group, Shares> groups = new TreeMap<>();
  private final SortedSet<Instant> missing = new TreeSet<>();
  private long netMicros;

  /** Sums of the day so far: of all clicks, of those within the daily budget, and net. */
  private long daySum;

  private long withinDailySum;
  private long dayNet;

  private CampaignCharges(BillingTerms terms, CampaignClicks clicks) {
    this.terms = terms;
    this.clicks = clicks;
    this.netMicros = clicks.netBeforeMicros();
  }

  /**
   * The charges.
   *
   * @param missing quarter hours whose single clicks are needed: if there are any, the charges are
   *     not right yet, and those of later ones may be needed too
   */
  record Result(List<Charge> charges, SortedSet<Instant> missing) {}

  /** Charges the clicks. */
  static Result of(BillingTerms terms, CampaignClicks clicks) {
    return new CampaignCharges(terms, clicks).result();
  }

  private Result result() {
    SortedMap<LocalDate, SortedMap<Instant, List<Sum>>> days = new TreeMap<>();
    clicks
        .quarterHours()
        .forEach(
            (start, sums) ->
                days.computeIfAbsent(
                        terms.billingDay(clicks.advertiserId(), start), day -> new TreeMap<>())
                    .put(start, sums));
    days.forEach(
        (day, quarterHours) -> {
          daySum = 0;
          withinDailySum = 0;
          dayNet = 0;
          quarterHours.forEach((start, sums) -> charge(day, start, sums));
          netMicros = Math.addExact(netMicros, dayNet);
        });
    List<Charge> charges = new ArrayList<>();
    groups.forEach((group, shares) -> charges.add(shares.charge(group)));
    return new Result(charges, missing);
  }

  private void charge(LocalDate day, Instant start, List<Sum> all) {
    CampaignTerms campaign = terms.campaign(clicks.campaignId(), start);
    Optional<UnchargedReason> ofDay = UnchargedReason.on(day, campaign);
    List<Click> allVoided = clicks.voided().getOrDefault(start, List.of());
    all.forEach(sum -> shares(day, start, sum.publisherId(), ofDay).all(sum.amount()));
    allVoided.forEach(
        click -> shares(day, start, click.publisherId(), ofDay).voided(click.amount()));
    if (ofDay.isPresent()) {
      return;
    }
    List<Sum> sums = all.stream().filter(sum -> isCharged(sum.publisherId())).toList();
    List<Click> voided =
        allVoided.stream().filter(click -> isCharged(click.publisherId())).toList();
    long cost = sums.stream().mapToLong(sum -> sum.amount().costMicros()).sum();
    long daily = budget(campaign.dailyBudgetMicros());
    long total = budget(campaign.totalBudgetMicros());
    long left = total == Long.MAX_VALUE ? total : total - netMicros;
    if (daySum > daily) {
      daySum += cost;
      allPast(day, start, sums, voided);
    } else if (daySum + cost <= daily && withinDailySum > left) {
      daySum += cost;
      withinDailySum += cost;
      allPast(day, start, sums, voided);
    } else if (daySum + cost <= daily && withinDailySum + cost <= left) {
      daySum += cost;
      withinDailySum += cost;
      dayNet += cost;
    } else if (clicks.single().containsKey(start)) {
      chargeSingly(day, start, daily, left);
    } else {
      missing.add(start);
      // As if the budget were spent to the micro: mostly right about where the next one is passed.
      long within = Math.max(0, Math.min(cost, Math.min(daily - daySum, left - withinDailySum)));
      daySum += cost;
      withinDailySum += cost;
      dayNet += within;
    }
  }

  /** Clicks of a publisher that nobody knows use up no budget. */
  private boolean isCharged(String publisherId) {
    return terms.knowsPublisher(publisherId);
  }

  private void allPast(LocalDate day, Instant start, List<Sum> sums, List<Click> voided) {
    sums.forEach(sum -> shares(day, start, sum.publisherId(), Optional.empty()).past(sum.amount()));
    voided.forEach(
        click ->
            shares(day, start, click.publisherId(), Optional.empty()).voidedPast(click.amount()));
  }

  private void chargeSingly(LocalDate day, Instant start, long daily, long left) {
    Set<Click> voided = new TreeSet<>(clicks.voided().getOrDefault(start, List.of()));
    for (Click click : clicks.single().get(start)) {
      if (!isCharged(click.publisherId())) {
        continue;
      }
      daySum += click.priceMicros();
      boolean past = daySum > daily;
      if (!past) {
        withinDailySum += click.priceMicros();
        past = withinDailySum > left;
      }
      if (!past) {
        dayNet += click.priceMicros();
        continue;
      }
      Shares shares = shares(day, start, click.publisherId(), Optional.empty());
      shares.past(click.amount());
      if (voided.contains(click)) {
        shares.voidedPast(click.amount());
      }
    }
  }

  private static long budget(Long micros) {
    return micros == null ? Long.MAX_VALUE : micros;
  }

  private Shares shares(
      LocalDate day, Instant start, String publisherId, Optional<UnchargedReason> ofDay) {
    boolean isKnown = isCharged(publisherId);
    Optional<UnchargedReason> uncharged =
        isKnown ? ofDay : ofDay.or(() -> Optional.of(UnchargedReason.UNKNOWN_PUBLISHER));
    Shares shares =
        groups.computeIfAbsent(new Group(day, publisherId, uncharged), group -> new Shares());
    shares.current = isKnown ? terms.basisPoints(publisherId, start) : 0;
    return shares;
  }

  private record Group(LocalDate day, String publisherId, Optional<UnchargedReason> uncharged)
      implements Comparable<Group> {
    @Override
    public int compareTo(Group other) {
      int byDay = day.compareTo(other.day);
      int byPublisher = byDay == 0 ? publisherId.compareTo(other.publisherId) : byDay;
      return byPublisher == 0
          ? uncharged.map(Enum::ordinal).orElse(-1) - other.uncharged.map(Enum::ordinal).orElse(-1)
          : byPublisher;
    }
  }

  /** Sums of a group, and of each share of its publisher on the day. */
  private static final class Shares {
    private final Map<Integer, Amount> all = new TreeMap<>();
    private final Map<Integer, Amount> voided = new TreeMap<>();
    private Amount past = Amount.ZERO;
    private Amount voidedPast = Amount.ZERO;
    private int current;

    void all(Amount amount) {
      all.merge(current, amount, Amount::plus);
    }

    void voided(Amount amount) {
      voided.merge(current, amount, Amount::plus);
    }

    void past(Amount amount) {
      past = past.plus(amount);
    }

    void voidedPast(Amount amount) {
      voidedPast = voidedPast.plus(amount);
    }

    Charge charge(Group group) {
      long payable = 0;
      long kept = 0;
      for (Map.Entry<Integer, Amount> share : all.entrySet()) {
        long cost = share.getValue().costMicros();
        long taken = voided.getOrDefault(share.getKey(), Amount.ZERO).costMicros();
        payable += PublisherShares.of(cost, share.getKey());
        kept += PublisherShares.of(cost - taken, share.getKey());
      }
      return new Charge(
          group.day(),
          group.publisherId(),
          group.uncharged(),
          sum(all),
          past,
          sum(voided),
          voidedPast,
          payable,
          payable - kept);
    }

    private static Amount sum(Map<Integer, Amount> byShare) {
      return byShare.values().stream().reduce(Amount.ZERO, Amount::plus);
    }
  }
}
