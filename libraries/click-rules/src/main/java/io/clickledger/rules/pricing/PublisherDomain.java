package io.clickledger.rules.pricing;

import java.time.Instant;
import java.util.Objects;

/**
 * Whose pages a publisher had in [validFrom, validTo).
 *
 * @param domain the domain whose pages show its ads
 * @param validTo null for the version that is still valid
 */
public record PublisherDomain(String publisherId, String domain, Instant validFrom, Instant validTo)
    implements EntityVersion {

  public PublisherDomain {
    Objects.requireNonNull(publisherId, "publisherId");
    Objects.requireNonNull(domain, "domain");
    Objects.requireNonNull(validFrom, "validFrom");
    if (validTo != null && !validFrom.isBefore(validTo)) {
      throw new IllegalArgumentException(
          "validTo of publisher %s must be after validFrom %s, was %s"
              .formatted(publisherId, validFrom, validTo));
    }
  }

  @Override
  public String entityId() {
    return publisherId;
  }

  @Override
  public Object content() {
    return domain;
  }
}
