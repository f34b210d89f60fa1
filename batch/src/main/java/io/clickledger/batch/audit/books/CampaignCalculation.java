package io.clickledger.batch.audit.books;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the clicks of a campaign cost, click by click in the order of local day, clicked_at and
 * click_id: the definition of the ledger, without the sums by which ChargeClicks avoids to read
 * single clicks. It holds the sums of one local day.
 */
final class CampaignCalculation {
  static final String RECEIVABLE = "ADVERTISER_RECEIVABLE";
  static final String PAYABLE = "PUBLISHER_PAYABLE";
  static final String REVENUE = "PLATFORM_REVENUE";
  static final String OVER_DELIVERY = "OVER_DELIVERY";

  /** Before the account of what is taken back because clicks were voided. */
  static final String VOIDED = "VOIDED ";

  private final LedgerTerms terms;
  private final String campaignId;
  private final SortedMap<String, Sums> publishers = new TreeMap<>();
  private final List<Amount> finished = new ArrayList<>();
  private LocalDate day = LocalDate.MIN;
  private long netBefore;
  private long daySum;
  private long withinDaily;
  private long dayNet;

  /**
   * @param netBefore what was charged net on local days before the first click
   */
  CampaignCalculation(LedgerTerms terms, String campaignId, long netBefore) {
    this.terms = terms;
    this.campaignId = campaignId;
    this.netBefore = netBefore;
  }

  /** One valid click. */
  record Click(
      LocalDate day, Instant clickedAt, String publisherId, long priceMicros, boolean isVoided) {}

  /**
   * A sum: debits minus credits, and clicks.
   *
   * @param item an account, an account of voided clicks, or a reason for which clicks are not
   *     charged
   */
  record Amount(LocalDate day, String publisherId, String item, long micros, long clicks) {}

  /** What one publisher's clicks of the day sum to. */
  private static final class Sums {
    private final SortedMap<BigDecimal, long[]> costAndKeptByPercent = new TreeMap<>();
    private final SortedMap<String, long[]> uncharged = new TreeMap<>();
    private final Cost all = new Cost();
    private final Cost past = new Cost();
    private final Cost voided = new Cost();
    private final Cost voidedPast = new Cost();
  }

  private static final class Cost {
    private long clicks;
    private long micros;

    void add(long price) {
      clicks++;
      micros = Math.addExact(micros, price);
    }
  }

  /** Adds the next click. */
  void add(Click click) {
    if (!click.day().equals(day)) {
      finishDay();
      day = click.day();
    }
    Instant start = LedgerTerms.quarterHour(click.clickedAt());
    Sums sums = publishers.computeIfAbsent(click.publisherId(), id -> new Sums());
    LedgerTerms.Campaign campaign = terms.campaigns().at(campaignId, start).orElseThrow();
    Optional<BigDecimal> percent = terms.percents().at(click.publisherId(), start);
    Optional<String> reason = uncharged(campaign, percent.isPresent());
    if (reason.isPresent()) {
      long[] sum = sums.uncharged.computeIfAbsent(reason.get(), any -> new long[2]);
      sum[0] += click.priceMicros();
      sum[1]++;
      return;
    }
    boolean past = isPastABudget(click.priceMicros(), campaign);
    sums.all.add(click.priceMicros());
    if (past) {
      sums.past.add(click.priceMicros());
    }
    if (click.isVoided()) {
      sums.voided.add(click.priceMicros());
      if (past) {
        sums.voidedPast.add(click.priceMicros());
      }
    }
    long[] cost =
        sums.costAndKeptByPercent.computeIfAbsent(percent.orElseThrow(), any -> new long[2]);
    cost[0] += click.priceMicros();
    cost[1] += click.isVoided() ? 0 : click.priceMicros();
  }

  /** Why a click of the day is not charged; empty where it is. */
  private Optional<String> uncharged(LedgerTerms.Campaign campaign, boolean knowsShare) {
    if (day.isBefore(campaign.startsOn())) {
      return Optional.of("BEFORE_CAMPAIGN");
    }
    if (day.isAfter(campaign.endsOn())) {
      return Optional.of("AFTER_CAMPAIGN");
    }
    return knowsShare ? Optional.empty() : Optional.of("UNKNOWN_PUBLISHER");
  }

  private boolean isPastABudget(long price, LedgerTerms.Campaign campaign) {
    daySum = Math.addExact(daySum, price);
    if (daySum > campaign.dailyBudget()) {
      return true;
    }
    withinDaily = Math.addExact(withinDaily, price);
    if (campaign.totalBudget() != Long.MAX_VALUE
        && Math.addExact(netBefore, withinDaily) > campaign.totalBudget()) {
      return true;
    }
    dayNet = Math.addExact(dayNet, price);
    return false;
  }

  private void finishDay() {
    publishers.forEach(this::book);
    publishers.clear();
    netBefore = Math.addExact(netBefore, dayNet);
    daySum = 0;
    withinDaily = 0;
    dayNet = 0;
  }

  private void book(String publisherId, Sums sums) {
    long payable = 0;
    long kept = 0;
    for (var cost : sums.costAndKeptByPercent.entrySet()) {
      payable += share(cost.getValue()[0], cost.getKey());
      kept += share(cost.getValue()[1], cost.getKey());
    }
    book(publisherId, "", 1, sums.all, sums.past, payable);
    book(publisherId, VOIDED, -1, sums.voided, sums.voidedPast, payable - kept);
    sums.uncharged.forEach(
        (reason, sum) -> finished.add(new Amount(day, publisherId, reason, sum[0], sum[1])));
  }

  private void book(
      String publisherId, String prefix, int sign, Cost all, Cost past, long payable) {
    if (all.clicks == 0) {
      return;
    }
    // Clicks without a price need no credit.
    long credited = past.micros == 0 ? 0 : past.clicks;
    add(publisherId, prefix + RECEIVABLE, sign, all.micros - past.micros, all.clicks - credited);
    add(publisherId, prefix + PAYABLE, sign, -payable, all.clicks);
    add(publisherId, prefix + REVENUE, sign, payable - all.micros, all.clicks);
    add(publisherId, prefix + OVER_DELIVERY, sign, past.micros, credited);
  }

  private void add(String publisherId, String item, int sign, long micros, long clicks) {
    finished.add(new Amount(day, publisherId, item, sign * micros, sign * clicks));
  }

  private static long share(long cost, BigDecimal percent) {
    return BigDecimal.valueOf(cost)
        .multiply(percent)
        .divide(BigDecimal.valueOf(100), 0, RoundingMode.HALF_EVEN)
        .longValueExact();
  }

  /** The sums of local days that are finished, each once. */
  List<Amount> takeFinished() {
    List<Amount> taken = List.copyOf(finished);
    finished.clear();
    return taken;
  }

  /** The sums of the rest: there are no more clicks. */
  List<Amount> finish() {
    finishDay();
    return takeFinished();
  }
}
