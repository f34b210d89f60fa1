package io.clickledger.metadata;

import java.util.Map;

/** The name that each entity has at one moment, by id. */
public record MetadataNames(
    Map<String, String> advertisers,
    Map<String, String> campaigns,
    Map<String, String> ads,
    Map<String, String> publishers) {

  /** Where no name is known. */
  public static final MetadataNames NONE =
      new MetadataNames(Map.of(), Map.of(), Map.of(), Map.of());

  public MetadataNames {
    advertisers = Map.copyOf(advertisers);
    campaigns = Map.copyOf(campaigns);
    ads = Map.copyOf(ads);
    publishers = Map.copyOf(publishers);
  }
}
