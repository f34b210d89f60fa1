package io.clickledger.serving.pins;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;

/**
 * UTC days whose published numbers no later billing run changes.
 *
 * @param before every day before it is closed
 * @param others further ones, closed by an operator
 */
public record ClosedDays(LocalDate before, Set<LocalDate> others) {

  public ClosedDays {
    others = Set.copyOf(others);
  }

  /** Whether all of the time from start to end, exclusive, lies in closed days. */
  public boolean contain(Instant start, Instant end) {
    LocalDate last = day(end.minusNanos(1));
    LocalDate open = day(start).isBefore(before) ? before : day(start);
    while (!open.isAfter(last) && others.contains(open)) {
      open = open.plusDays(1);
    }
    return open.isAfter(last);
  }

  private static LocalDate day(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC).toLocalDate();
  }
}
