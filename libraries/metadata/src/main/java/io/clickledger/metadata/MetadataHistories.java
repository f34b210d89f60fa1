package io.clickledger.metadata;

import java.util.List;

/**
 * Every version of everything as of one moment, each list by version_id. A version that a
 * correction replaced at its own valid_from is among them, with validTo equal to validFrom.
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
}
