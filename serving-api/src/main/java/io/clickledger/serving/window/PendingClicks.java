package io.clickledger.serving.window;

import io.clickledger.serving.reports.query.Dimension;
import io.clickledger.serving.reports.query.Scope;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Late clicks that the next billing run adds. How many others have is not for everybody, so they
 * are also summed by whose they are. Immutable.
 *
 * @param all everybody's
 * @param ofOwners by each dimension that a scope may be limited to, and its values
 */
record PendingClicks(long all, Map<Dimension, Map<String, Long>> ofOwners) {
  private static final List<Dimension> OWNERS =
      List.of(Dimension.ADVERTISER_ID, Dimension.PUBLISHER_ID);

  /** Measured: an entry of a map with its text and its number. */
  private static final int BYTES_EACH = 150;

  static final PendingClicks NONE = new PendingClicks(0, Map.of());

  /** These and more, by their combinations. */
  PendingClicks plus(Map<Integer, Long> more, Combinations combinations) {
    if (more.isEmpty()) {
      return this;
    }
    long sum = all;
    Map<Dimension, Map<String, Long>> sums = new EnumMap<>(Dimension.class);
    for (Dimension owner : OWNERS) {
      sums.put(owner, new HashMap<>(ofOwners.getOrDefault(owner, Map.of())));
    }
    for (Map.Entry<Integer, Long> late : more.entrySet()) {
      sum = Math.addExact(sum, late.getValue());
      sums.forEach(
          (owner, byId) -> {
            int code = combinations.code(late.getKey(), owner);
            if (code != Combinations.NULL) {
              byId.merge(combinations.text(owner, code), late.getValue(), Math::addExact);
            }
          });
    }
    return new PendingClicks(sum, sums);
  }

  /** Those in somebody's scope. */
  long of(Scope scope) {
    return scope
        .owner()
        .map(
            owner ->
                scope.ids().stream()
                    .mapToLong(id -> ofOwners.getOrDefault(owner, Map.of()).getOrDefault(id, 0L))
                    .sum())
        .orElse(all);
  }

  long bytes() {
    return ofOwners.values().stream().mapToLong(byId -> (long) byId.size() * BYTES_EACH).sum();
  }
}
