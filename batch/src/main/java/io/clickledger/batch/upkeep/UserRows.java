package io.clickledger.batch.upkeep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.clickledger.programs.RefusedException;
import io.clickledger.schemas.RawClicks;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows of raw.clicks of some users.
 *
 * @param hashesByKey their user_hash under each key, by hash_key_id
 */
record UserRows(SortedMap<String, SortedSet<String>> hashesByKey) {
  UserRows {
    hashesByKey = Collections.unmodifiableSortedMap(new TreeMap<>(hashesByKey));
  }

  /** Whether a row is one of theirs. */
  Column contain() {
    return hashesByKey.entrySet().stream()
        .map(
            key ->
                col(RawClicks.HASH_KEY_ID)
                    .equalTo(key.getKey())
                    .and(col(RawClicks.USER_HASH).isInCollection(key.getValue())))
        .reduce(Column::or)
        .orElse(lit(false));
  }

  /**
   * Checks that all users are under these keys.
   *
   * @throws RefusedException naming the other keys: rows of the users could stay
   */
  void requireAllKeys(Dataset<Row> clicks) {
    SortedSet<String> others = new TreeSet<>();
    clicks
        .where(col(RawClicks.USER_HASH).isNotNull())
        .select(RawClicks.HASH_KEY_ID)
        .distinct()
        .collectAsList()
        .forEach(row -> others.add(row.getString(0)));
    others.removeAll(hashesByKey.keySet());
    if (!others.isEmpty()) {
      throw new RefusedException(
          "raw.clicks has users under the keys %s, which are not given: name them with --earlier-key, or rows of the users stay"
              .formatted(others));
    }
  }
}
