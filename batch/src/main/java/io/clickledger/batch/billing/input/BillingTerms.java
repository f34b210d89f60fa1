package io.clickledger.batch.billing.input;

import io.clickledger.rules.pricing.EntityVersion;
import java.io.Serializable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * By what the clicks of every quarter of an hour are charged: each advertiser's zone, each
 * campaign's dates and budgets, each publisher's share. The version in force at the start of the
 * quarter hour counts for all of it; before an entity's first version, that one does.
 */
public final class BillingTerms implements Serializable {
  private static final long serialVersionUID = 1;

  private final HashMap<String, ArrayList<AdvertiserZone>> advertisers;
  private final HashMap<String, ArrayList<CampaignTerms>> campaigns;
  private final HashMap<String, ArrayList<PublisherShare>> publishers;

  /** Versions of one entity must not overlap. */
  public BillingTerms(
      List<AdvertiserZone> advertisers,
      List<CampaignTerms> campaigns,
      List<PublisherShare> publishers) {
    this.advertisers = byEntity(advertisers);
    this.campaigns = byEntity(campaigns);
    this.publishers = byEntity(publishers);
  }

  /** In which zone an advertiser's days are, in [validFrom, validTo). */
  public record AdvertiserZone(String advertiserId, ZoneId zone, Instant validFrom, Instant validTo)
      implements EntityVersion {
    @Override
    public String entityId() {
      return advertiserId;
    }

    @Override
    public Object content() {
      return zone;
    }
  }

  /**
   * A campaign's dates and budgets in [validFrom, validTo).
   *
   * @param endsOn inclusive; null for an open end
   * @param dailyBudgetMicros null for none
   * @param totalBudgetMicros null for none
   */
  public record CampaignTerms(
      String campaignId,
      LocalDate startsOn,
      LocalDate endsOn,
      Long dailyBudgetMicros,
      Long totalBudgetMicros,
      Instant validFrom,
      Instant validTo)
      implements EntityVersion {
    @Override
    public String entityId() {
      return campaignId;
    }

    @Override
    public Object content() {
      List<Optional<Object>> content = new ArrayList<>();
      content.add(Optional.of(startsOn));
      content.add(Optional.ofNullable(endsOn));
      content.add(Optional.ofNullable(dailyBudgetMicros));
      content.add(Optional.ofNullable(totalBudgetMicros));
      return content;
    }
  }

  /**
   * A publisher's share of what its clicks cost in [validFrom, validTo).
   *
   * @param basisPoints hundredths of a percent
   */
  public record PublisherShare(
      String publisherId, int basisPoints, Instant validFrom, Instant validTo)
      implements EntityVersion {
    public PublisherShare {
      if (basisPoints < 0 || basisPoints > 10_000) {
        throw new IllegalArgumentException(
            "basisPoints of publisher %s must be 0..10000, was %d"
                .formatted(publisherId, basisPoints));
      }
    }

    @Override
    public String entityId() {
      return publisherId;
    }

    @Override
    public Object content() {
      return basisPoints;
    }
  }

  /** The advertiser's zone at that time. */
  public ZoneId zone(String advertiserId, Instant at) {
    return required("advertiser", advertiserId, find(advertisers, advertiserId, at)).zone();
  }

  /** The campaign's dates and budgets at that time. */
  public CampaignTerms campaign(String campaignId, Instant at) {
    return required("campaign", campaignId, find(campaigns, campaignId, at));
  }

  /** The publisher's share at that time, in hundredths of a percent. */
  public int basisPoints(String publisherId, Instant at) {
    return required("publisher", publisherId, find(publishers, publisherId, at)).basisPoints();
  }

  /** The local day in which an instant lies for the advertiser. */
  public LocalDate billingDay(String advertiserId, Instant at) {
    return at.atZone(zone(advertiserId, at)).toLocalDate();
  }

  /** When the local day of that instant ends. */
  public Instant endOfBillingDay(String advertiserId, Instant at) {
    ZoneId zone = zone(advertiserId, at);
    return at.atZone(zone).toLocalDate().plusDays(1).atStartOfDay(zone).toInstant();
  }

  /**
   * When the last local day of a month has ended. Where the zone changes around then, by the zone
   * in which that is latest: clicks of the month may come in each of them.
   */
  public Instant endOfMonth(String advertiserId, YearMonth month) {
    LocalDate next = month.plusMonths(1).atDay(1);
    Instant from = next.minusDays(2).atStartOfDay(ZoneOffset.UTC).toInstant();
    Instant to = next.plusDays(2).atStartOfDay(ZoneOffset.UTC).toInstant();
    return Stream.concat(
            Stream.of(zone(advertiserId, from)),
            advertisers.get(advertiserId).stream()
                .filter(version -> version.validFrom().isAfter(from))
                .filter(version -> version.validFrom().isBefore(to))
                .map(AdvertiserZone::zone))
        .map(zone -> next.atStartOfDay(zone).toInstant())
        .max(Instant::compareTo)
        .orElseThrow();
  }

  /** Whether the share of the publisher is known. */
  public boolean knowsPublisher(String publisherId) {
    return publishers.containsKey(publisherId);
  }

  /** The advertisers. */
  public Set<String> advertiserIds() {
    return Set.copyOf(advertisers.keySet());
  }

  /** The campaigns that have, or had, a total budget: what a day costs changes the days after. */
  public Set<String> campaignsWithTotalBudget() {
    return with(terms -> terms.totalBudgetMicros() != null);
  }

  /** The campaigns that have, or had, any budget. */
  public Set<String> campaignsWithBudget() {
    return with(terms -> terms.dailyBudgetMicros() != null || terms.totalBudgetMicros() != null);
  }

  private Set<String> with(Predicate<CampaignTerms> predicate) {
    Set<String> ids = new HashSet<>();
    campaigns.forEach(
        (id, versions) -> {
          if (versions.stream().anyMatch(predicate)) {
            ids.add(id);
          }
        });
    return ids;
  }

  /**
   * Since when entities are known otherwise than before: the earliest such time, by id.
   *
   * @param newPublishers were not known before: their clicks were not charged
   */
  public record Changes(
      Map<String, Instant> advertisers,
      Map<String, Instant> campaigns,
      Map<String, Instant> publishers,
      Set<String> newPublishers)
      implements Serializable {
    public Changes {
      advertisers = Map.copyOf(advertisers);
      campaigns = Map.copyOf(campaigns);
      publishers = Map.copyOf(publishers);
      newPublishers = Set.copyOf(newPublishers);
    }

    /** The earliest of all, or empty. */
    public Optional<Instant> first() {
      List<Instant> all = new ArrayList<>(advertisers.values());
      all.addAll(campaigns.values());
      all.addAll(publishers.values());
      return all.stream().min(Instant::compareTo);
    }
  }

  /** What is known otherwise than in earlier terms, before the end. */
  public Changes changesSince(BillingTerms earlier, Instant end) {
    Set<String> newPublishers = new HashSet<>(publishers.keySet());
    newPublishers.removeAll(earlier.publishers.keySet());
    return new Changes(
        changes(advertisers, earlier.advertisers, end),
        changes(campaigns, earlier.campaigns, end),
        changes(publishers, earlier.publishers, end),
        newPublishers);
  }

  private static <V extends EntityVersion> Map<String, Instant> changes(
      Map<String, ArrayList<V>> now, Map<String, ArrayList<V>> before, Instant end) {
    Map<String, Instant> changes = new HashMap<>();
    now.forEach(
        (id, versions) -> {
          List<V> known = before.getOrDefault(id, new ArrayList<>());
          // Nothing was charged by an entity that was not known.
          if (known.isEmpty() || known.equals(versions)) {
            return;
          }
          List<Instant> times = new ArrayList<>();
          // The first version holds before its valid_from as well.
          times.add(Instant.EPOCH);
          versions.forEach(version -> times.add(version.validFrom()));
          known.forEach(version -> times.add(version.validFrom()));
          times.stream()
              .filter(time -> time.isBefore(end))
              .filter(time -> !find(now, id, time).content().equals(content(before, id, time)))
              .min(Instant::compareTo)
              .ifPresent(time -> changes.put(id, time));
        });
    return changes;
  }

  private static <V extends EntityVersion> Object content(
      Map<String, ArrayList<V>> versions, String id, Instant at) {
    return find(versions, id, at).content();
  }

  private static <V> V required(String what, String id, V version) {
    if (version == null) {
      throw new IllegalStateException(what + " " + id + " of a valid click has no version");
    }
    return version;
  }

  private static <V extends EntityVersion> V find(
      Map<String, ArrayList<V>> versions, String id, Instant at) {
    List<V> ofEntity = versions.get(id);
    if (ofEntity == null) {
      return null;
    }
    for (int i = ofEntity.size() - 1; i > 0; i--) {
      if (!at.isBefore(ofEntity.get(i).validFrom())) {
        return ofEntity.get(i);
      }
    }
    return ofEntity.get(0);
  }

  private static <V extends EntityVersion> HashMap<String, ArrayList<V>> byEntity(
      List<V> versions) {
    HashMap<String, ArrayList<V>> byEntity = new HashMap<>();
    versions.stream()
        .sorted((one, other) -> one.validFrom().compareTo(other.validFrom()))
        .forEach(
            version ->
                byEntity
                    .computeIfAbsent(version.entityId(), id -> new ArrayList<>(1))
                    .add(version));
    return byEntity;
  }
}
