package io.clickledger.rules.pricing;

import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.fraud.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The judgement of a click: its verdict, its owner and its cost. Both layers use it.
 *
 * @param reasons ids of all rules that it matched and that count
 * @param shadowReasons ids of the rules in shadow that it matched
 * @param ad the ad as it was at clicked_at; null while it is unknown
 */
public record Judgement(
    Verdict verdict, Collection<String> reasons, Collection<String> shadowReasons, AdVersion ad) {

  /**
   * Judges a click.
   *
   * @param duplicate whether its click_id was there before
   * @param flags ids of the rules that it matched by itself and by clicks before it
   * @param publisherFlags ids of those that it matched by its publisher
   * @param ad the ad as it was at clicked_at; null while it is unknown
   */
  public static Judgement of(
      boolean duplicate,
      Collection<String> flags,
      Collection<String> publisherFlags,
      AdVersion ad,
      FraudRules rules) {
    Collection<String> all = flags;
    if (!publisherFlags.isEmpty()) {
      all = new ArrayList<>(flags);
      all.addAll(publisherFlags);
    }
    Verdict verdict = rules.verdict(duplicate, all);
    Set<String> inShadow = rules.inShadow();
    if (Collections.disjoint(all, inShadow)) {
      return new Judgement(verdict, all, List.of(), ad);
    }
    Map<Boolean, List<String>> byShadow =
        all.stream().collect(Collectors.partitioningBy(inShadow::contains));
    return new Judgement(verdict, byShadow.get(false), byShadow.get(true), ad);
  }

  /** Null while the ad is unknown. */
  public String advertiserId() {
    return ad == null ? null : ad.advertiserId();
  }

  /**
   * The ad's campaign.
   *
   * @param asSent what stands in while the ad is unknown
   */
  public String campaignId(String asSent) {
    return ad == null ? asSent : ad.campaignId();
  }

  /** The advertiser's currency, whatever the sender's; null while the ad is unknown. */
  public String currency() {
    return ad == null ? null : ad.currency();
  }

  /** The ad's price; null while the ad is unknown. */
  public Long priceMicros() {
    return ad == null ? null : ad.cpcMicros();
  }

  /** The ad's price for a valid click; 0 for any other and while the ad is unknown. */
  public long costMicros() {
    return ad == null || verdict != Verdict.VALID ? 0 : ad.cpcMicros();
  }
}
