package io.clickledger.serving.window;

import io.clickledger.serving.reports.query.Dimension;
import io.clickledger.serving.reports.query.ReportQuery;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Which combinations a query's filters select, in groups of its dimensions. */
final class Selection {
  private final Combinations all;
  private final Map<Dimension, Set<String>> filters;
  private final Map<Dimension, Set<String>> exclusions;
  private final List<Dimension> groupBy;
  private final int[] combinations;

  /**
   * @param limit combinations from this number on do not count
   */
  Selection(
      Combinations all,
      Map<Dimension, Set<String>> filters,
      Map<Dimension, Set<String>> exclusions,
      List<Dimension> groupBy,
      int limit) {
    this.all = all;
    this.filters = filters;
    this.exclusions = exclusions;
    this.groupBy = groupBy;
    this.combinations = selected(limit);
  }

  static Selection of(ReportQuery query, Combinations all, int limit) {
    return new Selection(all, query.filters(), query.exclusions(), query.groupBy(), limit);
  }

  int[] combinations() {
    return combinations;
  }

  private int[] selected(int limit) {
    int[] fewest = null;
    for (Map.Entry<Dimension, Set<String>> filter : filters.entrySet()) {
      int[] having =
          filter.getValue().stream()
              .mapToInt(text -> all.code(filter.getKey(), text))
              .mapToObj(code -> all.having(filter.getKey(), code, limit))
              .flatMapToInt(Arrays::stream)
              .toArray();
      if (fewest == null || having.length < fewest.length) {
        fewest = having;
      }
    }
    int[] found = fewest == null ? IntStream.range(0, limit).toArray() : fewest;
    for (Map.Entry<Dimension, Set<String>> filter : filters.entrySet()) {
      BitSet wanted = codes(filter);
      found =
          Arrays.stream(found)
              .filter(number -> wanted.get(all.code(number, filter.getKey())))
              .toArray();
    }
    for (Map.Entry<Dimension, Set<String>> excluded : exclusions.entrySet()) {
      BitSet unwanted = codes(excluded);
      found =
          Arrays.stream(found)
              .filter(number -> !unwanted.get(all.code(number, excluded.getKey())))
              .toArray();
    }
    return found;
  }

  /** Those of the values that some row has. */
  private BitSet codes(Map.Entry<Dimension, Set<String>> values) {
    BitSet codes = new BitSet();
    values.getValue().stream()
        .mapToInt(text -> all.code(values.getKey(), text))
        .filter(code -> code >= 0)
        .forEach(codes::set);
    return codes;
  }

  BitSet asBits() {
    BitSet bits = new BitSet();
    for (int combination : combinations) {
      bits.set(combination);
    }
    return bits;
  }

  /** The combinations of each group of equal values of the query's dimensions. */
  int[][] groups() {
    int[] groupOf = new int[combinations.length];
    int count = combinations.length == 0 ? 0 : 1;
    for (Dimension dimension : groupBy) {
      LongIntMap pairs = new LongIntMap();
      for (int i = 0; i < combinations.length; i++) {
        long pair = (long) groupOf[i] << Integer.SIZE | all.code(combinations[i], dimension);
        groupOf[i] = pairs.numberOf(pair);
      }
      count = pairs.size();
    }
    int[] sizes = new int[count];
    for (int group : groupOf) {
      sizes[group]++;
    }
    int[][] groups = new int[count][];
    for (int i = 0; i < combinations.length; i++) {
      int group = groupOf[i];
      if (groups[group] == null) {
        groups[group] = new int[sizes[group]];
        sizes[group] = 0;
      }
      groups[group][sizes[group]++] = combinations[i];
    }
    return groups;
  }

  /** The values of the query's dimensions that a combination has. */
  String[] values(int combination) {
    return groupBy.stream()
        .map(dimension -> all.text(dimension, all.code(combination, dimension)))
        .toArray(String[]::new);
  }
}
