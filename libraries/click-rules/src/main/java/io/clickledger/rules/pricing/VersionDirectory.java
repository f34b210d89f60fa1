package io.clickledger.rules.pricing;

import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Every version of every entity of a kind, to be asked for the one at an instant. Immutable and
 * serializable.
 *
 * @param <V> the versions, such as those of ads
 */
public final class VersionDirectory<V extends EntityVersion> implements Serializable {

  private static final long serialVersionUID = 2;

  /** Each entity's versions, oldest first, not overlapping. */
  private final HashMap<String, ArrayList<V>> versions;

  private VersionDirectory(HashMap<String, ArrayList<V>> versions) {
    this.versions = versions;
  }

  /**
   * The directory of these versions, in any order.
   *
   * @throws IllegalArgumentException where two versions of one entity overlap
   */
  public static <V extends EntityVersion> VersionDirectory<V> of(Collection<V> versions) {
    HashMap<String, ArrayList<V>> byEntity = new HashMap<>();
    for (V version : versions) {
      byEntity.computeIfAbsent(version.entityId(), id -> new ArrayList<>(1)).add(version);
    }
    byEntity.values().forEach(VersionDirectory::sortWithoutOverlap);
    return new VersionDirectory<>(byEntity);
  }

  /**
   * The entity at that instant; empty where it is unknown, or for a time before its first version.
   */
  public Optional<V> at(String entityId, Instant instant) {
    return Optional.ofNullable(find(entityId, instant));
  }

  /** As {@link #at}, but null instead of empty; for the hot path. */
  public V find(String entityId, Instant instant) {
    List<V> ofEntity = versions.get(entityId);
    if (ofEntity == null) {
      return null;
    }
    // From the newest back, because nearly every click is recent.
    for (int i = ofEntity.size() - 1; i >= 0; i--) {
      V version = ofEntity.get(i);
      if (!instant.isBefore(version.validFrom())) {
        return version.isValidAt(instant) ? version : null;
      }
    }
    return null;
  }

  /** Ids of the entities that the other directory knows otherwise at any time from start to end. */
  public Set<String> differences(VersionDirectory<V> other, Instant start, Instant end) {
    Set<String> ids = new HashSet<>(versions.keySet());
    ids.addAll(other.versions.keySet());
    ids.removeIf(id -> isSame(id, other, start, end));
    return ids;
  }

  private boolean isSame(String id, VersionDirectory<V> other, Instant start, Instant end) {
    List<V> ours = versions.getOrDefault(id, new ArrayList<>());
    List<V> theirs = other.versions.getOrDefault(id, new ArrayList<>());
    if (ours.equals(theirs)) {
      return true;
    }
    // Something changes only where a version begins or ends.
    return Stream.concat(
            Stream.of(start),
            Stream.concat(ours.stream(), theirs.stream())
                .flatMap(version -> Stream.of(version.validFrom(), version.validTo())))
        .filter(time -> time != null && !time.isBefore(start) && time.isBefore(end))
        .allMatch(time -> content(find(id, time)).equals(content(other.find(id, time))));
  }

  private static Optional<Object> content(EntityVersion version) {
    return Optional.ofNullable(version).map(EntityVersion::content);
  }

  /** How many entities it knows. */
  public int size() {
    return versions.size();
  }

  private static <V extends EntityVersion> void sortWithoutOverlap(List<V> ofEntity) {
    ofEntity.sort(Comparator.comparing(EntityVersion::validFrom));
    for (int i = 1; i < ofEntity.size(); i++) {
      V earlier = ofEntity.get(i - 1);
      V later = ofEntity.get(i);
      if (earlier.validTo() == null || earlier.validTo().isAfter(later.validFrom())) {
        throw new IllegalArgumentException(
            "versions of %s must not overlap, were %s and %s"
                .formatted(later.entityId(), earlier, later));
      }
    }
  }
}
