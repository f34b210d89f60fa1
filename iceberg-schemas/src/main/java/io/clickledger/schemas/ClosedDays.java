package io.clickledger.schemas;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * UTC days that no later publication changes, as a row of billing.publications has them: clicks
 * that land for them afterwards are left to an adjustment.
 *
 * @param before every day before it is closed
 * @param others further ones, closed by an operator, in order
 */
public record ClosedDays(LocalDate before, List<LocalDate> others) {
  /** No day, as before the first publication. */
  public static final ClosedDays NONE = new ClosedDays(LocalDate.EPOCH, List.of());

  public ClosedDays {
    LocalDate first = before;
    others = new TreeSet<>(others).stream().filter(day -> !day.isBefore(first)).toList();
  }

  /** Whether the day is closed. */
  public boolean contains(LocalDate day) {
    return day.isBefore(before) || others.contains(day);
  }

  /** Whether all of the time from start to end, exclusive, lies in closed days. */
  public boolean containAll(Instant start, Instant end) {
    LocalDate last = day(end.minusNanos(1));
    LocalDate open = day(start).isBefore(before) ? before : day(start);
    while (!open.isAfter(last) && others.contains(open)) {
      open = open.plusDays(1);
    }
    return open.isAfter(last);
  }

  /** These, the days before another one, and some more. A closed day is never opened again. */
  public ClosedDays with(LocalDate alsoBefore, Collection<LocalDate> more) {
    TreeSet<LocalDate> all = new TreeSet<>(others);
    all.addAll(more);
    return new ClosedDays(alsoBefore.isAfter(before) ? alsoBefore : before, List.copyOf(all));
  }

  private static LocalDate day(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC).toLocalDate();
  }
}
