package io.clickledger.serving.window;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Keeps a state within its memory: the oldest final day goes first, then minutes. */
final class Bound {
  private Bound() {}

  /** What of the state has room; empty where its live alone has none. */
  static Optional<WindowState> within(long maxBytes, WindowState state) {
    WindowState kept = state;
    while (kept.bytes() > maxBytes && !kept.finalDays().isEmpty()) {
      LocalDate oldest = kept.finalDays().firstKey();
      SortedMap<LocalDate, Segment> days = new TreeMap<>(kept.finalDays());
      days.remove(oldest);
      kept = kept.with(days, WindowState.start(oldest.plusDays(1)));
    }
    if (kept.bytes() > maxBytes) {
      kept = kept.with(kept.live(), kept.liveFrom(), List.of(), FullLoad.FAR);
    }
    return kept.bytes() > maxBytes ? Optional.empty() : Optional.of(kept);
  }
}
