package io.clickledger.batch.audit.books;

import io.clickledger.schemas.RefAdvertisers;
import java.io.Serializable;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The versions of entities as a table of ref.* has them. A version is in force until the next one;
 * before the first one, that one is.
 *
 * @param <T> what is asked of a version
 */
final class VersionHistory<T extends Serializable> implements Serializable {
  private static final long serialVersionUID = 1;

  private final HashMap<String, TreeMap<Instant, T>> versions = new HashMap<>();

  /** The history in these rows. */
  static <T extends Serializable> VersionHistory<T> of(
      Dataset<Row> rows, String idColumn, Function<Row, T> value) {
    VersionHistory<T> history = new VersionHistory<>();
    // Of versions with the same valid_from, the last one holds.
    rows.orderBy(RefAdvertisers.VALID_FROM, RefAdvertisers.VERSION_ID)
        .collectAsList()
        .forEach(
            row ->
                history
                    .versions
                    .computeIfAbsent(row.getAs(idColumn), id -> new TreeMap<>())
                    .put(
                        row.<Timestamp>getAs(RefAdvertisers.VALID_FROM).toInstant(),
                        value.apply(row)));
    return history;
  }

  /** The version in force at that time; empty where the entity is not known. */
  Optional<T> at(String id, Instant instant) {
    TreeMap<Instant, T> ofEntity = versions.get(id);
    if (ofEntity == null) {
      return Optional.empty();
    }
    Map.Entry<Instant, T> inForce = ofEntity.floorEntry(instant);
    return Optional.of((inForce == null ? ofEntity.firstEntry() : inForce).getValue());
  }
}
