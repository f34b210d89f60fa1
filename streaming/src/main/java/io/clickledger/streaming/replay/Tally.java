package io.clickledger.streaming.replay;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How many records had which outcome and were produced, with examples of each. */
final class Tally implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Examples that each outcome keeps: the first of the topic. */
  static final int EXAMPLES = 5;

  private final HashMap<Outcome, Line> lines = new HashMap<>();

  /**
   * One outcome's numbers.
   *
   * @param examples coordinates, and the detail where it was rejected again
   */
  record Line(long records, long produced, TreeMap<Coordinates, String> examples)
      implements Serializable {

    private Line plus(Line other) {
      TreeMap<Coordinates, String> both = new TreeMap<>(examples);
      both.putAll(other.examples);
      while (both.size() > EXAMPLES) {
        both.pollLastEntry();
      }
      return new Line(records + other.records, produced + other.produced, both);
    }
  }

  /** Counts one record; {@code produced} is 1 or 0. */
  void count(Judge.Judged judged, Coordinates at, int produced) {
    TreeMap<Coordinates, String> example = new TreeMap<>();
    example.put(at, judged.detail());
    lines.merge(judged.outcome(), new Line(1, produced, example), Line::plus);
  }

  Tally plus(Tally other) {
    Tally sum = new Tally();
    sum.lines.putAll(lines);
    other.lines.forEach((outcome, line) -> sum.lines.merge(outcome, line, Line::plus));
    return sum;
  }

  long records() {
    return lines.values().stream().mapToLong(Line::records).sum();
  }

  long records(Outcome.Kind kind) {
    return lines.entrySet().stream()
        .filter(line -> line.getKey().kind() == kind)
        .mapToLong(line -> line.getValue().records())
        .sum();
  }

  long produced() {
    return lines.values().stream().mapToLong(Line::produced).sum();
  }

  /** The lines, kind by kind, the most frequent first. */
  List<Map.Entry<Outcome, Line>> inOrder() {
    List<Map.Entry<Outcome, Line>> all = new ArrayList<>(lines.entrySet());
    all.sort(
        Comparator.comparing((Map.Entry<Outcome, Line> line) -> line.getKey().kind())
            .thenComparing(line -> -line.getValue().records())
            .thenComparing(line -> line.getKey().what()));
    return all;
  }
}
