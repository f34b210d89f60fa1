package io.clickledger.batch.billing.input;

import io.clickledger.lake.publish.Publication;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The UTC days that a billing run computes, and the instant up to which its numbers are final.
 *
 * @param inFull days of which every click is judged: all days since the last seam, which also makes
 *     up for skipped runs; the requested date; and final days that are judged again
 * @param added final days to which the run adds the clicks that landed since the last publication
 * @param seam where the previous publication ended; clicks before it have been published
 * @param through where this one ends, exclusive
 */
public record BillingRunDays(
    SortedSet<LocalDate> inFull,
    SortedSet<LocalDate> added,
    Optional<Instant> seam,
    Instant through) {
  public BillingRunDays {
    inFull = Collections.unmodifiableSortedSet(new TreeSet<>(inFull));
    TreeSet<LocalDate> others = new TreeSet<>(added);
    others.removeAll(inFull);
    added = Collections.unmodifiableSortedSet(others);
  }

  /**
   * The days of the billing run for a date.
   *
   * @param again final days that are judged again
   * @param lateDays days before the seam with clicks that landed after the previous publication
   * @param firstDay the day of the earliest click ever landed; the first billing run starts there
   */
  public static BillingRunDays of(
      LocalDate date,
      Optional<Publication> previous,
      Collection<LocalDate> again,
      Collection<LocalDate> lateDays,
      LocalDate firstDay) {
    Optional<Instant> seam = previous.map(Publication::through);
    Instant end = start(date.plusDays(1));
    SortedSet<LocalDate> inFull = new TreeSet<>(again);
    inFull.add(date);
    LocalDate first = seam.map(BillingRunDays::day).orElse(firstDay);
    first.datesUntil(later(date.plusDays(1), first)).forEach(inFull::add);
    return new BillingRunDays(
        inFull, new TreeSet<>(lateDays), seam, seam.filter(end::isBefore).orElse(end));
  }

  /** The days whose late clicks exceed a share of those with which they were judged in full. */
  public static SortedSet<LocalDate> exceeding(
      double share, Map<LocalDate, Long> lateClicks, Map<LocalDate, Long> inFull) {
    SortedSet<LocalDate> exceeding = new TreeSet<>();
    lateClicks.forEach(
        (day, late) -> {
          if (late > share * inFull.getOrDefault(day, 0L)) {
            exceeding.add(day);
          }
        });
    return exceeding;
  }

  /** All of them. */
  public SortedSet<LocalDate> days() {
    SortedSet<LocalDate> days = new TreeSet<>(inFull);
    days.addAll(added);
    return Collections.unmodifiableSortedSet(days);
  }

  /** Days that become final with this run. */
  public SortedSet<LocalDate> newDays() {
    SortedSet<LocalDate> days = new TreeSet<>(inFull);
    days.removeIf(this::wasFinal);
    return days;
  }

  /** Final days that are judged again. */
  public SortedSet<LocalDate> again() {
    SortedSet<LocalDate> days = new TreeSet<>(inFull);
    days.removeIf(day -> !wasFinal(day));
    return days;
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

  private static LocalDate later(LocalDate one, LocalDate other) {
    return one.isAfter(other) ? one : other;
  }
}
