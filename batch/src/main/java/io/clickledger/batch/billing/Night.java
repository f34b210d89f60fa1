package io.clickledger.batch.billing;

import io.clickledger.lake.Publication;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which UTC days a night computes, and up to which instant its numbers are final: the days since
 * the last seam, so that a night left out is made up for; the days before it that got clicks since
 * it was published; and the date asked for.
 *
 * @param days the days to compute
 * @param seam where the previous publication ended; clicks before it have been published
 * @param through where this one ends
 */
public record Night(SortedSet<LocalDate> days, Optional<Instant> seam, Instant through) {
  public Night {
    days = Collections.unmodifiableSortedSet(new TreeSet<>(days));
  }

  /**
   * The night of a date.
   *
   * @param lateDays days before the seam with clicks that landed after the previous publication
   * @param firstDay the day of the earliest click ever landed; where nothing was published yet, the
   *     night starts there
   */
  public static Night of(
      LocalDate date,
      Optional<Publication> previous,
      Collection<LocalDate> lateDays,
      LocalDate firstDay) {
    Optional<Instant> seam = previous.map(Publication::through);
    Instant end = start(date.plusDays(1));
    SortedSet<LocalDate> days = new TreeSet<>(lateDays);
    days.add(date);
    seam.map(Night::day)
        .orElse(firstDay)
        .datesUntil(later(date.plusDays(1), seam.map(Night::day).orElse(firstDay)))
        .forEach(days::add);
    return new Night(days, seam, seam.filter(end::isBefore).orElse(end));
  }

  /** The UTC day that an instant lies in. */
  public static LocalDate day(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC).toLocalDate();
  }

  /** The first instant of a UTC day. */
  public static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /** Whether the day was final before this night. */
  public boolean wasFinal(LocalDate day) {
    return seam.isPresent() && start(day).isBefore(seam.get());
  }

  /** Whether the seam moves with this night. */
  public boolean advances() {
    return seam.isEmpty() || through.isAfter(seam.get());
  }

  private static LocalDate later(LocalDate one, LocalDate other) {
    return one.isAfter(other) ? one : other;
  }
}
