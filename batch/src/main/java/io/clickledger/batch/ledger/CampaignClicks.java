package io.clickledger.batch.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * The valid clicks of a campaign, some of whose local days are charged.
 *
 * @param quarterHours their sums by quarter hour: all of each local day that is charged
 * @param single the clicks themselves of the quarter hours that were read, in order
 * @param voided the voided ones among them
 * @param netBeforeMicros what was charged net on the local days before
 */
record CampaignClicks(
    String advertiserId,
    String campaignId,
    SortedMap<Instant, List<Sum>> quarterHours,
    Map<Instant, List<Click>> single,
    Map<Instant, List<Click>> voided,
    long netBeforeMicros) {

  /** Clicks of a quarter hour and publisher. */
  record Sum(String publisherId, Charge.Amount amount) {}

  /** A single click. */
  record Click(Instant clickedAt, String clickId, String publisherId, long priceMicros)
      implements Comparable<Click> {
    @Override
    public int compareTo(Click other) {
      int byTime = clickedAt.compareTo(other.clickedAt);
      return byTime == 0 ? clickId.compareTo(other.clickId) : byTime;
    }

    Charge.Amount amount() {
      return new Charge.Amount(1, priceMicros);
    }
  }
}
