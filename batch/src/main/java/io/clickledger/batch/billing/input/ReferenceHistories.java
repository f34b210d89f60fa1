package io.clickledger.batch.billing.input;

import io.clickledger.rules.pricing.AdVersion;
import io.clickledger.rules.pricing.PublisherDomain;
import io.clickledger.rules.pricing.VersionDirectory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The ads and publishers as the ref tables know them. Ads are the histories of ads, campaigns and
 * advertisers joined where they overlap. A version ends where the next one of its entity begins,
 * whatever its row says: the row was written while it was open, and is never rewritten.
 */
public final class ReferenceHistories {
  private static final Comparator<Dated> ORDER =
      Comparator.comparing(Dated::validFrom).thenComparing(Dated::versionId);

  private ReferenceHistories() {}

  /** A version of an entity, as a row of its table has it. */
  public interface Dated {
    Instant validFrom();

    long versionId();
  }

  /** A row of ref.ads. */
  public record Ad(
      String adId, String campaignId, long cpcMicros, Instant validFrom, long versionId)
      implements Dated {}

  /** A row of ref.campaigns. */
  public record Campaign(String campaignId, String advertiserId, Instant validFrom, long versionId)
      implements Dated {}

  /** A row of ref.advertisers. */
  public record Advertiser(String advertiserId, String currency, Instant validFrom, long versionId)
      implements Dated {}

  /** A row of ref.publishers. */
  public record Publisher(String publisherId, String domain, Instant validFrom, long versionId)
      implements Dated {}

  /** The domain of every publisher at every time. */
  public static VersionDirectory<PublisherDomain> publishers(Collection<Publisher> publishers) {
    return VersionDirectory.of(
        byEntity(publishers, Publisher::publisherId).values().stream()
            .flatMap(versions -> intervals(versions).stream())
            .map(
                publisher ->
                    new PublisherDomain(
                        publisher.version().publisherId(),
                        publisher.version().domain(),
                        publisher.from(),
                        publisher.openTo()))
            .toList());
  }

  /** The directory of every ad at every time at which its campaign and advertiser existed. */
  public static VersionDirectory<AdVersion> ads(
      Collection<Ad> ads, Collection<Campaign> campaigns, Collection<Advertiser> advertisers) {
    Map<String, List<Interval<Campaign>>> campaignsById = new HashMap<>();
    byEntity(campaigns, Campaign::campaignId)
        .forEach((id, versions) -> campaignsById.put(id, intervals(versions)));
    Map<String, List<Interval<Advertiser>>> advertisersById = new HashMap<>();
    byEntity(advertisers, Advertiser::advertiserId)
        .forEach((id, versions) -> advertisersById.put(id, intervals(versions)));
    List<AdVersion> joined = new ArrayList<>();
    byEntity(ads, Ad::adId)
        .values()
        .forEach(
            versions ->
                intervals(versions)
                    .forEach(ad -> join(ad, campaignsById, advertisersById, joined)));
    return VersionDirectory.of(joined);
  }

  private static void join(
      Interval<Ad> ad,
      Map<String, List<Interval<Campaign>>> campaigns,
      Map<String, List<Interval<Advertiser>>> advertisers,
      List<AdVersion> joined) {
    for (Interval<Campaign> campaign :
        campaigns.getOrDefault(ad.version().campaignId(), List.of())) {
      for (Interval<Advertiser> advertiser :
          advertisers.getOrDefault(campaign.version().advertiserId(), List.of())) {
        Instant from = latest(ad.from(), campaign.from(), advertiser.from());
        Instant to = earliest(ad.to(), campaign.to(), advertiser.to());
        if (from.isBefore(to)) {
          joined.add(
              new AdVersion(
                  ad.version().adId(),
                  campaign.version().campaignId(),
                  advertiser.version().advertiserId(),
                  ad.version().cpcMicros(),
                  advertiser.version().currency(),
                  from,
                  to.equals(Instant.MAX) ? null : to));
        }
      }
    }
  }

  /** A version and when it held; open ends are Instant.MAX. */
  private record Interval<T>(T version, Instant from, Instant to) {
    /** As versions say it: null for an open end. */
    Instant openTo() {
      return to.equals(Instant.MAX) ? null : to;
    }
  }

  private static <T extends Dated> List<Interval<T>> intervals(List<T> versions) {
    versions.sort(ORDER);
    List<Interval<T>> intervals = new ArrayList<>();
    for (int i = 0; i < versions.size(); i++) {
      T version = versions.get(i);
      Instant end = i + 1 < versions.size() ? versions.get(i + 1).validFrom() : Instant.MAX;
      // A version that another replaced at its own valid_from never held.
      if (version.validFrom().isBefore(end)) {
        intervals.add(new Interval<>(version, version.validFrom(), end));
      }
    }
    return intervals;
  }

  /** A version as it was in force. */
  interface InForce<T, V> {
    /**
     * @param from when its force began
     * @param openTo when it ended; null for an open end
     */
    V version(T row, Instant from, Instant openTo);
  }

  /** The versions of all entities with the times at which they were in force. */
  static <T extends Dated, V> List<V> inForce(
      Collection<T> rows, Function<T, String> id, InForce<T, V> version) {
    return byEntity(rows, id).values().stream()
        .flatMap(versions -> intervals(versions).stream())
        .map(held -> version.version(held.version(), held.from(), held.openTo()))
        .toList();
  }

  private static <T> Map<String, List<T>> byEntity(Collection<T> versions, Function<T, String> id) {
    Map<String, List<T>> byEntity = new HashMap<>();
    versions.forEach(
        version ->
            byEntity.computeIfAbsent(id.apply(version), key -> new ArrayList<>()).add(version));
    return byEntity;
  }

  private static Instant latest(Instant... instants) {
    return Collections.max(List.of(instants));
  }

  private static Instant earliest(Instant... instants) {
    return Collections.min(List.of(instants));
  }
}
