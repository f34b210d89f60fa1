package io.clickledger.streaming.replay;

import io.clickledger.streaming.replay.decision.Coordinates;
import io.clickledger.streaming.replay.decision.Outcome;
import io.clickledger.streaming.replay.decision.ReplayDecider;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Numbers of records by outcome, how many of them were produced, and examples. */
final class OutcomeCounts implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Maximum number of examples for each outcome: the first ones by Kafka coordinates. */
  static final int MAX_EXAMPLES = 5;

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
      while (both.size() > MAX_EXAMPLES) {
        both.pollLastEntry();
      }
      return new Line(records + other.records, produced + other.produced, both);
    }
  }

  /** Counts one record; {@code produced} is 1 where it was produced, else 0. */
  void count(ReplayDecider.Decision decision, Coordinates at, int produced) {
    TreeMap<Coordinates, String> example = new TreeMap<>();
    example.put(at, decision.detail());
    lines.merge(decision.outcome(), new Line(1, produced, example), Line::plus);
  }

  OutcomeCounts plus(OutcomeCounts other) {
    OutcomeCounts sum = new OutcomeCounts();
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
