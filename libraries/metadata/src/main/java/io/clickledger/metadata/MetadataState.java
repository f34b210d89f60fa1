package io.clickledger.metadata;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The version of the metadata. Where a component of two states of a store is equal, the content
 * that it stands for is equal, whatever the order of commits.
 *
 * @param serverStartedAt distinguishes a restored database from the previous one
 * @param adChanges grows with every change of an ad, a campaign or an advertiser
 * @param publisherChanges grows with every change of a publisher
 * @param rulesVersion of the rules published last; empty while none are
 */
public record MetadataState(
    Instant serverStartedAt, long adChanges, long publisherChanges, Optional<String> rulesVersion) {

  public MetadataState {
    Objects.requireNonNull(serverStartedAt, "serverStartedAt");
    Objects.requireNonNull(rulesVersion, "rulesVersion");
  }

  /** Whether {@link MetadataStore#adVersions} answers the same at both. */
  public boolean hasAdsOf(MetadataState other) {
    return serverStartedAt.equals(other.serverStartedAt) && adChanges == other.adChanges;
  }

  /** This state, but for rules that were not taken over. */
  public MetadataState withRulesOf(MetadataState other) {
    return new MetadataState(serverStartedAt, adChanges, publisherChanges, other.rulesVersion);
  }

  /** Whether {@link MetadataStore#publisherDomains} answers the same at both. */
  public boolean hasPublishersOf(MetadataState other) {
    return serverStartedAt.equals(other.serverStartedAt)
        && publisherChanges == other.publisherChanges;
  }

  /** Whether {@link MetadataStore#fraudRules} answers the same at both. */
  public boolean hasRulesOf(MetadataState other) {
    return serverStartedAt.equals(other.serverStartedAt) && rulesVersion.equals(other.rulesVersion);
  }
}
