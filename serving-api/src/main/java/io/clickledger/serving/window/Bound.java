package io.clickledger.serving.window;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Keeps a state within its memory: the oldest final day goes first, then minutes, then live. */
final class Bound {
  private Bound() {}

  static WindowState within(long maxBytes, WindowState state) {
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
    if (kept.bytes() > maxBytes) {
      Instant none = FullLoad.FAR;
      kept = kept.with(List.of(), none, List.of(), none).with(new TreeMap<>(), none);
    }
    return kept;
  }
}
