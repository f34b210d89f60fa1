package io.clickledger.batch.billing.input;

import io.clickledger.lake.publish.Publication;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The UTC days that a billing run computes, and the instant up to which its numbers are final. The
 * days are: all days since the last seam, which also makes up for skipped runs; earlier days with
 * clicks that landed since the last publication; and the requested date.
 *
 * @param days the days to compute
 * @param seam where the previous publication ended; clicks before it have been published
 * @param through where this one ends
 */
public record BillingRunDays(SortedSet<LocalDate> days, Optional<Instant> seam, Instant through) {
  public BillingRunDays {
    days = Collections.unmodifiableSortedSet(new TreeSet<>(days));
  }

  /**
   * The days of the billing run for a date.
   *
   * @param lateDays days before the seam with clicks that landed after the previous publication
   * @param firstDay the day of the earliest click ever landed; the first billing run starts there
   */
  public static BillingRunDays of(
      LocalDate date,
      Optional<Publication> previous,
      Collection<LocalDate> lateDays,
      LocalDate firstDay) {
    Optional<Instant> seam = previous.map(Publication::through);
    Instant end = start(date.plusDays(1));
    SortedSet<LocalDate> days = new TreeSet<>(lateDays);
    days.add(date);
    seam.map(BillingRunDays::day)
        .orElse(firstDay)
        .datesUntil(later(date.plusDays(1), seam.map(BillingRunDays::day).orElse(firstDay)))
        .forEach(days::add);
    return new BillingRunDays(days, seam, seam.filter(end::isBefore).orElse(end));
  }

  /** The UTC day that an instant lies in. */
  public static LocalDate day(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC).toLocalDate();
  }

  /** The first instant of a UTC day. */
  public static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /** Whether the day was final before this run. */
  public boolean wasFinal(LocalDate day) {
    return seam.isPresent() && start(day).isBefore(seam.get());
  }

  /** Whether this run moves the seam. */
  public boolean advances() {
    return seam.isEmpty() || through.isAfter(seam.get());
  }

  private static LocalDate later(LocalDate one, LocalDate other) {
    return one.isAfter(other) ? one : other;
  }
}
