package io.clickledger.metadata;

import static java.util.stream.Collectors.groupingBy;

import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Every version of everything as of one moment, in any order, out of PostgreSQL or out of the
 * lake's copy. A version that a correction replaced at its own valid_from is among them.
 */
public record MetadataHistories(
    List<AdvertiserVersion> advertisers,
    List<CampaignVersion> campaigns,
    List<AdVersionRow> ads,
    List<PublisherVersion> publishers) {

  public MetadataHistories {
    advertisers = List.copyOf(advertisers);
    campaigns = List.copyOf(campaigns);
    ads = List.copyOf(ads);
    publishers = List.copyOf(publishers);
  }

  /**
   * What every ad was and cost over all times: one entry per interval in which its own version, its
   * campaign's and its advertiser's stay the same; entries of one ad do not overlap. A time at
   * which one of the three did not exist yet is in no entry. By ad, oldest first.
   */
  public List<AdVersion> adVersions() {
    Map<String, List<VersionInForce<CampaignVersion>>> campaignsById = byEntity(campaigns);
    Map<String, List<VersionInForce<AdvertiserVersion>>> advertisersById = byEntity(advertisers);
    List<AdVersion> joined = new ArrayList<>(ads.size());
    for (VersionInForce<AdVersionRow> ad : VersionInForce.of(ads)) {
      for (VersionInForce<CampaignVersion> campaign :
          campaignsById.getOrDefault(ad.version().campaignId(), List.of())) {
        for (VersionInForce<AdvertiserVersion> advertiser :
            advertisersById.getOrDefault(campaign.version().advertiserId(), List.of())) {
          Instant from = Collections.max(List.of(ad.from(), campaign.from(), advertiser.from()));
          Instant to = Collections.min(List.of(ad.to(), campaign.to(), advertiser.to()));
          if (from.isBefore(to)) {
            joined.add(
                new AdVersion(
                    ad.version().adId(),
                    campaign.version().campaignId(),
                    advertiser.version().advertiserId(),
                    ad.version().cpcMicros(),
                    advertiser.version().currency(),
                    from,
                    VersionInForce.openEnded(to)));
          }
        }
      }
    }
    return joined;
  }

  /** The domain of every publisher over all times. By publisher, oldest first. */
  public List<PublisherDomain> publisherDomains() {
    return VersionInForce.of(publishers).stream()
        .map(
            publisher ->
                new PublisherDomain(
                    publisher.version().publisherId(),
                    publisher.version().domain(),
                    publisher.from(),
                    publisher.validTo()))
        .toList();
  }

  private static <V extends VersionRow> Map<String, List<VersionInForce<V>>> byEntity(
      List<V> versions) {
    return VersionInForce.of(versions).stream()
        .collect(groupingBy(inForce -> inForce.version().entityId()));
  }
}
