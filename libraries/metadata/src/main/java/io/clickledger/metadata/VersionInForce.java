package io.clickledger.metadata;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A version and the time in which it is in force: from its valid_from until the next version of its
 * entity begins. Its own valid_to does not matter: the lake's copy of a version is written while
 * the version is open, and is never rewritten.
 *
 * @param to {@link Instant#MAX} for an open end
 */
public record VersionInForce<V extends VersionRow>(V version, Instant from, Instant to) {
  private static final Comparator<VersionRow> ORDER =
      Comparator.comparing(VersionRow::validFrom).thenComparing(VersionRow::versionId);

  /** The versions that are ever in force, by entity, the oldest first. */
  public static <V extends VersionRow> List<VersionInForce<V>> of(Collection<V> versions) {
    Map<String, List<V>> byEntity = new TreeMap<>();
    versions.forEach(
        version ->
            byEntity.computeIfAbsent(version.entityId(), id -> new ArrayList<>(1)).add(version));
    List<VersionInForce<V>> inForce = new ArrayList<>(versions.size());
    byEntity.values().forEach(ofEntity -> add(ofEntity, inForce));
    return inForce;
  }

  /** Adds those of one entity. */
  private static <V extends VersionRow> void add(
      List<V> ofEntity, List<VersionInForce<V>> inForce) {
    ofEntity.sort(ORDER);
    for (int i = 0; i < ofEntity.size(); i++) {
      V version = ofEntity.get(i);
      Instant end = i + 1 < ofEntity.size() ? ofEntity.get(i + 1).validFrom() : Instant.MAX;
      // A version that another one replaced at its own valid_from is never in force.
      if (version.validFrom().isBefore(end)) {
        inForce.add(new VersionInForce<>(version, version.validFrom(), end));
      }
    }
  }

  /** When it ends; null for an open end. */
  public Instant validTo() {
    return openEnded(to);
  }

  /** The instant, or null where it stands for an open end. */
  static Instant openEnded(Instant to) {
    return to.equals(Instant.MAX) ? null : to;
  }
}
