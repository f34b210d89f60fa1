package io.clickledger.metadata;

import java.time.Instant;
import java.time.LocalDate;

/**
 * What a campaign was in [validFrom, validTo). The components stand in the order of ref.campaigns.
 *
 * @param endsOn last day, inclusive; null for an open end
 * @param dailyBudgetMicros null for none
 * @param totalBudgetMicros null for none
 * @param validTo null for the version that is still open
 * @param versionId grows with every version written; transactions may commit out of its order
 */
public record CampaignVersion(
    String campaignId,
    String advertiserId,
    String name,
    LocalDate startsOn,
    LocalDate endsOn,
    Long dailyBudgetMicros,
    Long totalBudgetMicros,
    Instant validFrom,
    Instant validTo,
    long versionId)
    implements VersionRow {

  @Override
  public String entityId() {
    return campaignId;
  }
}
