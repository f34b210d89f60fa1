package io.clickledger.batch.documents.content;

import java.util.Map;

/** What people call advertisers, campaigns and publishers, by their ids. */
public record Names(
    Map<String, String> advertisers,
    Map<String, String> campaigns,
    Map<String, String> publishers) {
  public Names {
    advertisers = Map.copyOf(advertisers);
    campaigns = Map.copyOf(campaigns);
    publishers = Map.copyOf(publishers);
  }

  public Named advertiser(String id) {
    return named(advertisers, id);
  }

  public Named campaign(String id) {
    return named(campaigns, id);
  }

  public Named publisher(String id) {
    return named(publishers, id);
  }

  private static Named named(Map<String, String> names, String id) {
    return new Named(id, names.getOrDefault(id, id));
  }
}
