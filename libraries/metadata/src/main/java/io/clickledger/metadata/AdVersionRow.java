package io.clickledger.metadata;

import java.time.Instant;

/**
 * What an ad itself was in [validFrom, validTo), whatever its campaign and advertiser were
 * meanwhile; {@link io.clickledger.rules.pricing.AdVersion} joins the three. The components stand
 * in the order of ref.ads.
 *
 * @param cpcMicros price of a valid click, millionths of the advertiser's currency
 * @param validTo null for the version that is still open
 * @param versionId grows with every version written; transactions may commit out of its order
 */
public record AdVersionRow(
    String adId,
    String campaignId,
    String name,
    long cpcMicros,
    Instant validFrom,
    Instant validTo,
    long versionId)
    implements VersionRow {

  @Override
  public String entityId() {
    return adId;
  }
}
