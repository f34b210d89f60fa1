package io.clickledger.serving.reports.query;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;

/**
 * The periods of a report: half-open, one after the other, together exactly from..to. The first and
 * the last may be parts of an hour or a day.
 *
 * @param starts ascending, the first is from
 * @param end of the last period: to
 */
public record Periods(List<Instant> starts, Instant end) {

  private static final long HOUR_SECONDS = 3_600;

  public Periods {
    starts = List.copyOf(starts);
  }

  /** Hours and days are those of the zone's clocks, across their changes. */
  public static Periods of(Instant from, Instant to, Granularity granularity, ZoneId zone) {
    List<Instant> starts =
        switch (granularity) {
          case MINUTE -> minutes(from, to);
          case HOUR -> hours(from, to, zone);
          case DAY -> days(from, to, zone);
          case TOTAL -> List.of(from);
        };
    return new Periods(starts, to);
  }

  /** About how many periods there would be, without making them. */
  public static long estimate(Instant from, Instant to, Granularity granularity) {
    Duration length = Duration.between(from, to);
    return switch (granularity) {
      case MINUTE -> length.toMinutes();
      case HOUR -> length.toHours();
      case DAY -> length.toDays();
      case TOTAL -> 1;
    };
  }

  private static List<Instant> minutes(Instant from, Instant to) {
    List<Instant> starts = new ArrayList<>();
    for (Instant start = from; start.isBefore(to); start = start.plus(1, ChronoUnit.MINUTES)) {
      starts.add(start);
    }
    return starts;
  }

  private static List<Instant> hours(Instant from, Instant to, ZoneId zone) {
    // Clocks change in the middle of an hour too, sometimes by half an hour only (Lord Howe). The
    // hour that autumn repeats is two hours.
    List<Instant> starts = new ArrayList<>();
    ZoneRules rules = zone.getRules();
    Instant start = from;
    while (start.isBefore(to)) {
      ZoneOffsetTransition change = rules.nextTransition(start);
      Instant end = change != null && change.getInstant().isBefore(to) ? change.getInstant() : to;
      int offset = rules.getOffset(start).getTotalSeconds();
      for (Instant at = start; at.isBefore(end); at = nextHour(at, offset)) {
        starts.add(at);
      }
      start = end;
    }
    return starts;
  }

  private static Instant nextHour(Instant at, int offset) {
    long hour = Math.floorDiv(at.getEpochSecond() + offset, HOUR_SECONDS);
    return Instant.ofEpochSecond((hour + 1) * HOUR_SECONDS - offset);
  }

  private static List<Instant> days(Instant from, Instant to, ZoneId zone) {
    List<Instant> starts = new ArrayList<>();
    starts.add(from);
    LocalDate day = from.atZone(zone).toLocalDate().plusDays(1);
    Instant start = day.atStartOfDay(zone).toInstant();
    while (start.isBefore(to)) {
      if (start.isAfter(from)) {
        starts.add(start);
      }
      day = day.plusDays(1);
      start = day.atStartOfDay(zone).toInstant();
    }
    return starts;
  }

  /** Start of the period at the place, counted from 0. */
  public Instant start(int place) {
    return starts.get(place);
  }

  public Instant end(int place) {
    return place + 1 < starts.size() ? starts.get(place + 1) : end;
  }

  /** Whether no period before the instant begins or ends within a UTC day, nor does it. */
  public boolean areUtcDaysUntil(Instant instant) {
    return isUtcMidnight(instant)
        && starts.stream()
            .takeWhile(start -> start.isBefore(instant))
            .allMatch(Periods::isUtcMidnight);
  }

  private static boolean isUtcMidnight(Instant instant) {
    return instant.equals(instant.truncatedTo(ChronoUnit.DAYS));
  }
}
