package io.clickledger.serving.pins;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;

/**
 * UTC days whose published numbers no later night changes.
 *
 * @param before every day before it is closed
 * @param others further ones, closed by hand
 */
public record ClosedDays(LocalDate before, Set<LocalDate> others) {

  public ClosedDays {
    others = Set.copyOf(others);
  }

  /** Whether all of the time from start to end, exclusive, lies in closed days. */
  public boolean contain(Instant start, Instant end) {
    return day(start)
        .datesUntil(day(end.minusNanos(1)).plusDays(1))
        .allMatch(day -> day.isBefore(before) || others.contains(day));
  }

  private static LocalDate day(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC).toLocalDate();
  }
}
