package io.clickledger.serving.window;

import io.clickledger.serving.reports.query.Dimension;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The newest revision of every restated day of the window.
 *
 * @param days by date
 */
record Restatements(SortedMap<LocalDate, Day> days) {

  static final Restatements NONE = new Restatements(new TreeMap<>());

  /** What the newest revision changed. */
  record Day(int revision, List<Change> changes) {}

  /** The change of one combination. */
  record Change(int combination, List<String> causes, long[] sums) {}

  int revision(LocalDate day) {
    return days.containsKey(day) ? days.get(day).revision() : 0;
  }

  long bytes() {
    return days.values().stream().mapToLong(day -> day.changes().size() * 150L).sum();
  }

  /** Of the days from the first on and before the end, what the selected combinations changed. */
  List<DayRestatement> of(
      LocalDate first, LocalDate end, Selection selection, Combinations combinations) {
    SortedMap<LocalDate, Day> found = days.subMap(first, end);
    if (found.isEmpty()) {
      return List.of();
    }
    BitSet selected = selection.asBits();
    List<DayRestatement> restatements = new ArrayList<>();
    found.forEach((date, day) -> restatements.add(of(date, day, selected, combinations)));
    return restatements;
  }

  private static DayRestatement of(
      LocalDate date, Day day, BitSet selected, Combinations combinations) {
    DayRestatement sum =
        new DayRestatement(
            date, day.revision(), new TreeSet<>(), new long[Row.SUMS], new TreeMap<>());
    for (Change change : day.changes()) {
      if (selected.get(change.combination())) {
        sum.causes().addAll(change.causes());
        for (int i = 0; i < Row.SUMS; i++) {
          sum.sums()[i] = Math.addExact(sum.sums()[i], change.sums()[i]);
        }
        String currency =
            combinations.text(
                Dimension.CURRENCY, combinations.code(change.combination(), Dimension.CURRENCY));
        sum.costMicros()
            .merge(currency == null ? "" : currency, change.sums()[Row.SUMS - 1], Math::addExact);
      }
    }
    return sum;
  }
}
