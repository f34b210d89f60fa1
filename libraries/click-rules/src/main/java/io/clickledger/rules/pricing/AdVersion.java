package io.clickledger.rules.pricing;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What an ad was in [validFrom, validTo): whose it was and what a click on it cost. {@code validTo}
 * is null for the version that is still valid.
 */
public record AdVersion(
    String adId,
    String campaignId,
    String advertiserId,
    long cpcMicros,
    String currency,
    Instant validFrom,
    Instant validTo)
    implements EntityVersion {

  public AdVersion {
    Objects.requireNonNull(adId, "adId");
    Objects.requireNonNull(campaignId, "campaignId");
    Objects.requireNonNull(advertiserId, "advertiserId");
    Objects.requireNonNull(currency, "currency");
    Objects.requireNonNull(validFrom, "validFrom");
    if (cpcMicros < 0) {
      throw new IllegalArgumentException(
          "cpcMicros of ad %s must be 0 or more, was %d".formatted(adId, cpcMicros));
    }
    if (validTo != null && !validFrom.isBefore(validTo)) {
      throw new IllegalArgumentException(
          "validTo of ad %s must be after validFrom %s, was %s"
              .formatted(adId, validFrom, validTo));
    }
  }

  @Override
  public String entityId() {
    return adId;
  }

  @Override
  public Object content() {
    return List.of(campaignId, advertiserId, cpcMicros, currency);
  }
}
