package io.clickledger.rules;

import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every version of every ad, to be asked for the one at an instant. Immutable and serializable. */
public final class AdDirectory implements Serializable {

  private static final long serialVersionUID = 1;

  /** Each ad's versions, oldest first, not overlapping. */
  private final HashMap<String, AdVersion[]> versions;

  private AdDirectory(HashMap<String, AdVersion[]> versions) {
    this.versions = versions;
  }

  /**
   * The directory of these versions, in any order.
   *
   * @throws IllegalArgumentException where two versions of one ad overlap
   */
  public static AdDirectory of(Collection<AdVersion> versions) {
    Map<String, List<AdVersion>> byAd = new HashMap<>();
    for (AdVersion version : versions) {
      byAd.computeIfAbsent(version.adId(), adId -> new ArrayList<>(1)).add(version);
    }
    HashMap<String, AdVersion[]> sorted = new HashMap<>(byAd.size() * 2);
    byAd.forEach((adId, ofAd) -> sorted.put(adId, sortedWithoutOverlap(ofAd)));
    return new AdDirectory(sorted);
  }

  /** The ad at that instant; empty for an unknown ad and for a time before its first version. */
  public Optional<AdVersion> at(String adId, Instant instant) {
    return Optional.ofNullable(find(adId, instant));
  }

  /** As {@link #at}, with null for empty: for the hot path. */
  public AdVersion find(String adId, Instant instant) {
    AdVersion[] ofAd = versions.get(adId);
    if (ofAd == null) {
      return null;
    }
    // From the newest back: nearly every click is one of today's.
    for (int i = ofAd.length - 1; i >= 0; i--) {
      AdVersion version = ofAd[i];
      if (!instant.isBefore(version.validFrom())) {
        return version.isValidAt(instant) ? version : null;
      }
    }
    return null;
  }

  /** How many ads it knows. */
  public int size() {
    return versions.size();
  }

  private static AdVersion[] sortedWithoutOverlap(List<AdVersion> ofAd) {
    ofAd.sort(Comparator.comparing(AdVersion::validFrom));
    for (int i = 1; i < ofAd.size(); i++) {
      AdVersion earlier = ofAd.get(i - 1);
      AdVersion later = ofAd.get(i);
      if (earlier.validTo() == null || earlier.validTo().isAfter(later.validFrom())) {
        throw new IllegalArgumentException(
            "versions of ad %s must not overlap, were %s and %s"
                .formatted(later.adId(), earlier, later));
      }
    }
    return ofAd.toArray(AdVersion[]::new);
  }
}
