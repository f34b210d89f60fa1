package io.clickledger.serving.reports.query;

import io.clickledger.http.Problem;
import io.clickledger.http.ProblemException;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What somebody may see, as a part of every query: its rows, dimensions and measures. It comes from
 * his key or token, never from his request.
 *
 * @param owner the dimension that says whose a row is; empty where all rows may be seen
 * @param ids whose rows may be seen; with an owner and no ids, none may
 */
public record Scope(
    Optional<Dimension> owner,
    SortedSet<String> ids,
    Set<Dimension> dimensions,
    Set<Measure> measures) {

  /** Every row. */
  public static final Scope ALL =
      new Scope(
          Optional.empty(),
          Collections.emptySortedSet(),
          EnumSet.allOf(Dimension.class),
          EnumSet.allOf(Measure.class));

  /** No row. */
  public static final Scope NOTHING = advertisers(Set.of());

  public Scope {
    ids = Collections.unmodifiableSortedSet(new TreeSet<>(ids));
    dimensions = Collections.unmodifiableSet(EnumSet.copyOf(dimensions));
    measures = Collections.unmodifiableSet(EnumSet.copyOf(measures));
    if (ids.contains("")) {
      throw new IllegalArgumentException("rows that belong to nobody are in nobody's scope");
    }
  }

  /** Rows of these advertisers: what they pay for, in every detail. */
  public static Scope advertisers(Set<String> ids) {
    return new Scope(
        Optional.of(Dimension.ADVERTISER_ID),
        new TreeSet<>(ids),
        EnumSet.allOf(Dimension.class),
        EnumSet.allOf(Measure.class));
  }

  /**
   * Rows of these publishers: how often ads on their pages were clicked. Neither who advertised nor
   * what he paid, which is between him and us; and not by which kind of rule clicks were found
   * invalid, which would teach a fraudulent publisher which of his clicks are not found.
   */
  public static Scope publishers(Set<String> ids) {
    return new Scope(
        Optional.of(Dimension.PUBLISHER_ID),
        new TreeSet<>(ids),
        EnumSet.of(Dimension.PUBLISHER_ID, Dimension.GEO_COUNTRY, Dimension.DEVICE_TYPE),
        EnumSet.of(
            Measure.GROSS_CLICKS,
            Measure.DUPLICATE_CLICKS,
            Measure.VALID_CLICKS,
            Measure.UNIQUE_USERS));
  }

  /** Whether it leaves rows out. */
  public boolean isLimited() {
    return owner.isPresent();
  }

  /** The filters that choose, of what these choose, what may be seen. */
  public Map<Dimension, Set<String>> narrow(Map<Dimension, Set<String>> filters) {
    Map<Dimension, Set<String>> narrowed = new EnumMap<>(Dimension.class);
    narrowed.putAll(filters);
    owner.ifPresent(
        dimension ->
            narrowed.merge(
                dimension,
                ids,
                (wanted, seen) ->
                    wanted.stream()
                        .filter(seen::contains)
                        .collect(Collectors.toCollection(TreeSet::new))));
    return narrowed;
  }

  /**
   * Refuses dimensions and measures that may not be seen. A filter on a dimension shows it as much
   * as a group does.
   *
   * @throws ProblemException 403 saying what is allowed
   */
  void require(Collection<Dimension> askedDimensions, Collection<Measure> askedMeasures) {
    List<String> refused =
        Stream.concat(
                askedDimensions.stream()
                    .filter(dimension -> !dimensions.contains(dimension))
                    .map(Dimension::column),
                askedMeasures.stream()
                    .filter(measure -> !measures.contains(measure))
                    .map(Measure::column))
            .distinct()
            .toList();
    if (!refused.isEmpty()) {
      throw new ProblemException(
          new Problem(
                  403,
                  "forbidden-columns",
                  "Forbidden columns",
                  "this key may not see %s; it may see the dimensions %s and the measures %s"
                      .formatted(
                          String.join(", ", refused),
                          words(dimensions, Dimension::column),
                          words(measures, Measure::column)))
              .with("dimensions", dimensions.stream().map(Dimension::column).toList())
              .with("measures", measures.stream().map(Measure::column).toList()));
    }
  }

  private static <E> String words(Set<E> values, Function<E, String> word) {
    return values.stream().map(word).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return owner.map(dimension -> dimension.column() + "=" + String.join(",", ids)).orElse("all");
  }
}
