package io.clickledger.serving.window;

import java.util.ArrayList;
import java.util.List;

/**
 * Segments that grow by small ones: each is at least twice as large as the next, so a scan opens
 * few of them and a row is copied few times.
 */
final class Levels {
  private Levels() {}

  /** The segments with one more; rows before the time may go. */
  static List<Segment> plus(List<Segment> levels, Segment added, int fromTime) {
    if (added.rowCount() == 0) {
      return levels;
    }
    List<Segment> grown = new ArrayList<>(levels);
    grown.add(added);
    for (int last = grown.size() - 1; last > 0; last--) {
      Segment smaller = grown.get(last);
      Segment larger = grown.get(last - 1);
      if (larger.rowCount() >= 2 * smaller.rowCount()) {
        break;
      }
      grown.remove(last);
      grown.set(last - 1, Segment.merged(larger, smaller, fromTime));
    }
    return List.copyOf(grown);
  }

  /** The segments without their rows before the time. */
  static List<Segment> since(List<Segment> levels, int fromTime) {
    return levels.stream()
        .map(
            segment ->
                segment.firstTime() < fromTime
                    ? Segment.merged(segment, Segment.EMPTY, fromTime)
                    : segment)
        .filter(segment -> segment.rowCount() > 0)
        .toList();
  }

  /** One segment of all. */
  static Segment merged(List<Segment> levels) {
    return levels.stream()
        .reduce((one, other) -> Segment.merged(one, other, 0))
        .orElse(Segment.EMPTY);
  }
}
