package io.clickledger.batch.documents;

import io.clickledger.schemas.RefAdvertisers;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/**
 * The versions of entities as a table of ref.* has them, for a proof: it is not what charges are
 * made by. A version is in force until the next one; before the first one, that one is.
 *
 * @param <T> what is asked of a version
 */
final class History<T> {
  private static final Comparator<Version<?>> ORDER =
      Comparator.<Version<?>, Instant>comparing(Version::validFrom)
          .thenComparing(Version::versionId);

  private final Map<String, List<Version<T>>> versions = new HashMap<>();

  /** A version of an entity. */
  record Version<T>(Instant validFrom, long versionId, T value) {}

  /** The history in these rows. */
  static <T> History<T> of(Collection<Row> rows, String idColumn, Function<Row, T> value) {
    History<T> history = new History<>();
    for (Row row : rows) {
      history
          .versions
          .computeIfAbsent(row.getAs(idColumn), id -> new ArrayList<>(1))
          .add(
              new Version<>(
                  row.<Timestamp>getAs(RefAdvertisers.VALID_FROM).toInstant(),
                  row.<Long>getAs(RefAdvertisers.VERSION_ID),
                  value.apply(row)));
    }
    history.versions.values().forEach(ofEntity -> ofEntity.sort(ORDER));
    return history;
  }

  /** The version in force at that time; empty where the entity is not known. */
  Optional<Version<T>> at(String id, Instant instant) {
    List<Version<T>> ofEntity = versions.getOrDefault(id, List.of());
    for (int i = ofEntity.size() - 1; i > 0; i--) {
      if (!instant.isBefore(ofEntity.get(i).validFrom())) {
        return Optional.of(ofEntity.get(i));
      }
    }
    return ofEntity.stream().findFirst();
  }
}
