package io.clickledger.serving.window;

import io.clickledger.serving.reports.query.Scope;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Late clicks that the next billing run adds, by combination: how many others have is not for
 * everybody.
 *
 * @param levels rows without a time, whose gross clicks are counted
 * @param counted what was counted for somebody, by his scope
 */
record PendingClicks(List<Segment> levels, Map<Scope, Long> counted) {

  private static final int MAX_COUNTED = 10_000;

  static final PendingClicks NONE = new PendingClicks(List.of());

  private PendingClicks(List<Segment> levels) {
    this(levels, new ConcurrentHashMap<>());
  }

  /** These and more. */
  PendingClicks plus(Segment more) {
    return more.rowCount() == 0 ? this : new PendingClicks(Levels.plus(levels, more, 0));
  }

  /** Those in somebody's scope, of combinations below the limit. */
  long of(Scope scope, Combinations combinations, int limit) {
    Long known = counted.get(scope);
    if (known == null) {
      known = count(scope, combinations, limit);
      if (counted.size() < MAX_COUNTED) {
        counted.put(scope, known);
      }
    }
    return known;
  }

  private long count(Scope scope, Combinations combinations, int limit) {
    Selection selection = new Selection(combinations, scope.narrow(Map.of()), List.of(), limit);
    Row row = new Row();
    long clicks = 0;
    for (Segment segment : levels) {
      for (int combination : selection.combinations()) {
        if (segment.open(combination, row)) {
          while (row.next()) {
            clicks += row.sums[0];
          }
        }
      }
    }
    return clicks;
  }

  long bytes() {
    return levels.stream().mapToLong(Segment::bytes).sum();
  }
}
