package io.clickledger.serving.window;

import io.clickledger.serving.window.SeamReader.DayCount;
import io.clickledger.serving.window.SeamReader.Side;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Compares the sums of a state with those that Trino counts at its pin. */
final class Totals {
  private Totals() {}

  static boolean areOfLive(SeamReader reader, WindowState state) {
    return are(
            reader,
            state,
            Side.LIVE,
            new Scan.Part(
                state.live(),
                WindowState.time(state.liveFrom(), WindowState.QUARTER_HOUR),
                Integer.MAX_VALUE),
            state.liveFrom(),
            FullLoad.FAR)
        && are(
            reader,
            state,
            Side.LIVE,
            new Scan.Part(
                state.minutes(),
                WindowState.time(state.minutesFrom(), WindowState.MINUTE),
                Integer.MAX_VALUE),
            state.minutesFrom(),
            FullLoad.FAR);
  }

  static boolean areOfFinal(SeamReader reader, WindowState state) {
    return are(
        reader,
        state,
        Side.FINAL,
        new Scan.Part(
            List.copyOf(state.finalDays().values()),
            WindowState.time(state.finalFrom(), WindowState.QUARTER_HOUR),
            Integer.MAX_VALUE),
        state.finalFrom(),
        state.pin().publication().orElseThrow().through());
  }

  private static boolean are(
      SeamReader reader, WindowState state, Side side, Scan.Part rows, Instant from, Instant to) {
    Collection<DayCount> counts = reader.counts(state.pin(), side, from, to).values();
    long[] sums = new long[2];
    rows.segments()
        .forEach(
            segment ->
                segment.forEach(
                    row -> {
                      if (row.time >= rows.fromTime()) {
                        sums[0] += row.sums[0];
                        sums[1] += row.sums[Row.SUMS - 1];
                      }
                    }));
    return counts.stream().mapToLong(DayCount::grossClicks).sum() == sums[0]
        && counts.stream().mapToLong(DayCount::costMicros).sum() == sums[1];
  }
}
