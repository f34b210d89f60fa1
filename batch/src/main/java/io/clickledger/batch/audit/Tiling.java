package io.clickledger.batch.audit;

import io.clickledger.lake.Landing;
import io.clickledger.schemas.TableName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Whether landed ranges lie side by side, as they must: no gap between them and no overlap. */
final class Tiling {
  private Tiling() {}

  /** The holes in the ranges of one topic, of each table and partition by itself. */
  static List<String> holes(List<Landing> landings) {
    List<String> holes = new ArrayList<>();
    byTable(landings)
        .forEach(
            (table, ofTable) ->
                ofTable.stream()
                    .collect(
                        Collectors.groupingBy(
                            Landing::partition, TreeMap::new, Collectors.toList()))
                    .values()
                    .forEach(ranges -> holes.addAll(holes(table, ranges))));
    return holes;
  }

  private static SortedMap<String, List<Landing>> byTable(List<Landing> landings) {
    return landings.stream()
        .collect(
            Collectors.groupingBy(
                landing -> landing.table().toString(), TreeMap::new, Collectors.toList()));
  }

  private static List<String> holes(String table, List<Landing> ranges) {
    List<String> holes = new ArrayList<>();
    List<Landing> ordered =
        ranges.stream()
            .sorted(Comparator.comparing(Landing::from).thenComparing(Landing::to))
            .toList();
    long end = ordered.get(0).from();
    for (Landing range : ordered) {
      if (range.from() > end) {
        holes.add(
            "%s: no landing covers %s"
                .formatted(table, new OffsetRange(range.partition(), end, range.from())));
      } else if (range.from() < end) {
        holes.add(
            "%s: landed twice: %s"
                .formatted(
                    table,
                    new OffsetRange(range.partition(), range.from(), Math.min(end, range.to()))));
      }
      end = Math.max(end, range.to());
    }
    return holes;
  }

  /** By partition, what lies between the first and the last offset of the table's landings. */
  static Map<Integer, OffsetRange> extent(List<Landing> landings, TableName table) {
    Map<Integer, OffsetRange> extent = new TreeMap<>();
    landings.stream()
        .filter(landing -> landing.table().equals(table))
        .forEach(
            landing ->
                extent.merge(
                    landing.partition(),
                    new OffsetRange(landing.partition(), landing.from(), landing.to()),
                    (one, other) ->
                        new OffsetRange(
                            one.partition(),
                            Math.min(one.from(), other.from()),
                            Math.max(one.to(), other.to()))));
    return extent;
  }
}
