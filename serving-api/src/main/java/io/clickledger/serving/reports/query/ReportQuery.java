package io.clickledger.serving.reports.query;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a report asks for, valid as a whole.
 *
 * @param groupBy in the order of the answer's columns, without currency where only cost asks for it
 * @param filters values wanted per dimension; the empty text stands for null, no value for no row
 * @param exclusions values not wanted per dimension; the empty text stands for null
 * @param measures in the order of Measure
 * @param limit how many rows are wanted; empty where all are
 * @param scope of whoever asks: filters are narrowed to it, so that whoever reads them needs not
 *     know
 */
public record ReportQuery(
    Instant from,
    Instant to,
    Granularity granularity,
    ZoneId zone,
    List<Dimension> groupBy,
    Map<Dimension, Set<String>> filters,
    Map<Dimension, Set<String>> exclusions,
    Set<Measure> measures,
    List<Order> orderBy,
    OptionalInt limit,
    Scope scope) {

  public ReportQuery {
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("from must be before to, was " + from + ".." + to);
    }
    if (measures.contains(Measure.COST_MICROS) && !groupBy.contains(Dimension.CURRENCY)) {
      throw new IllegalArgumentException("cost_micros is never summed across currencies");
    }
    groupBy = List.copyOf(groupBy);
    scope.require(groupBy, measures);
    scope.require(filters.keySet(), Set.of());
    scope.require(exclusions.keySet(), Set.of());
    filters = Collections.unmodifiableMap(scope.narrow(filters));
    exclusions = Collections.unmodifiableMap(exclusions);
    measures = Collections.unmodifiableSet(measures);
    orderBy = List.copyOf(orderBy);
  }

  /** The same clicks as one sum, of each currency where cost is asked for. */
  public ReportQuery totals() {
    return new ReportQuery(
        from,
        to,
        Granularity.TOTAL,
        zone,
        measures.contains(Measure.COST_MICROS) ? List.of(Dimension.CURRENCY) : List.of(),
        filters,
        exclusions,
        measures,
        List.of(),
        OptionalInt.empty(),
        scope);
  }

  public Periods periods() {
    return Periods.of(from, to, granularity, zone);
  }

  /** The measures that SQL sums, in the order of the answer. */
  public List<Measure> sums() {
    return measures.stream().filter(Measure::isSum).toList();
  }
}
