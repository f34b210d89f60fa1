package io.clickledger.metadata;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * What a publisher was in [validFrom, validTo). The components stand in the order of
 * ref.publishers.
 *
 * @param domain whose pages show the ads
 * @param revenueSharePercent 0 to 100, two decimals
 * @param validTo null for the version that is still open
 * @param versionId grows with every version written; transactions may commit out of its order
 */
public record PublisherVersion(
    String publisherId,
    String name,
    String domain,
    BigDecimal revenueSharePercent,
    Instant validFrom,
    Instant validTo,
    long versionId)
    implements VersionRow {

  @Override
  public String entityId() {
    return publisherId;
  }
}
