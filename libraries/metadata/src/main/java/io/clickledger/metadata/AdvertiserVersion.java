package io.clickledger.metadata;

import java.time.Instant;
import java.time.ZoneId;

/**
 * What an advertiser was in [validFrom, validTo). The components stand in the order of
 * ref.advertisers.
 *
 * @param timeZone whose local day is the billing day
 * @param validTo null for the version that is still open
 * @param versionId grows with every version written; transactions may commit out of its order
 */
public record AdvertiserVersion(
    String advertiserId,
    String name,
    ZoneId timeZone,
    String currency,
    Instant validFrom,
    Instant validTo,
    long versionId)
    implements VersionRow {

  @Override
  public String entityId() {
    return advertiserId;
  }
}
