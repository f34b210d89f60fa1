package io.clickledger.serving.window;

import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.pins.Publication;
import io.clickledger.serving.window.SeamReader.DayCount;
import io.clickledger.serving.window.SeamReader.Side;
import java.time.LocalDate;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Brings a state, whose live is that of a pin, to the pin's publication: days that are new or
 * restated are read, others stay, and so does live from the new seam on.
 */
record LaterPublication(SeamReader reader, WindowSettings settings) {

  /**
   * The state at the pin; empty where a full load has to be. That is also where the state is worth
   * reading anew: a publication is when memory becomes free.
   */
  Optional<WindowState> state(WindowState before, Pin pin, long readNanos) {
    if (before.pin().publication().isEmpty()
        || pin.publication().isEmpty()
        || before.isWorthReadingAnew(settings.days())) {
      return Optional.empty();
    }
    Publication old = before.pin().publication().get();
    Publication publication = pin.publication().get();
    LocalDate oldEnd = WindowState.day(old.through());
    LocalDate end = WindowState.day(publication.through());
    LocalDate first = later(WindowState.day(before.finalFrom()), end.minusDays(settings.days()));
    if (publication.id() <= old.id()
        || end.isBefore(oldEnd)
        || !WindowState.start(oldEnd).equals(old.through())
        || !WindowState.start(end).equals(publication.through())) {
      return Optional.empty();
    }
    Combinations combinations = before.combinations();
    Restatements restatements = reader.restatements(publication, first, end, combinations);
    WindowState after =
        before.published(
            pin,
            days(before, pin, first, end, restatements),
            restatements,
            reader.pending(pin, combinations),
            WindowState.start(first),
            readNanos);
    return Totals.areOfFinal(reader, after) ? Optional.of(after) : Optional.empty();
  }

  private SortedMap<LocalDate, Segment> days(
      WindowState before, Pin pin, LocalDate first, LocalDate end, Restatements restatements) {
    LocalDate oldEnd = WindowState.day(before.pin().through().orElseThrow());
    SortedMap<LocalDate, DayCount> counts =
        reader.counts(pin, Side.FINAL, WindowState.start(first), WindowState.start(end));
    SortedMap<LocalDate, Segment> days = new TreeMap<>(before.finalDays().tailMap(first));
    for (LocalDate day = first; day.isBefore(end); day = day.plusDays(1)) {
      if (!day.isBefore(oldEnd)
          || restatements.revision(day) != before.restatements().revision(day)) {
        days.remove(day);
        days.putAll(
            FullLoad.days(reader, pin, day, day.plusDays(1), counts, before.combinations()));
      }
    }
    return days;
  }

  private static LocalDate later(LocalDate one, LocalDate other) {
    return one.isAfter(other) ? one : other;
  }
}
