package io.clickledger.serving.window;

import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.pins.Publication;
import io.clickledger.serving.window.SeamReader.DayCount;
import io.clickledger.serving.window.SeamReader.Side;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Loads a window anew: live first, then final days from the seam back, while there is memory. Its
 * combinations are those that it finds, so what no row has any more is forgotten.
 */
final class FullLoad {

  /** No click is later: what reports accept ends here. */
  static final Instant FAR = Instant.parse("2100-01-01T00:00:00Z");

  /** Of the seam, read at once: they are summed in memory before they are packed. */
  private static final long MAX_ROWS_AT_ONCE = 400_000;

  private final SeamReader reader;
  private final WindowSettings settings;
  private final Pin pin;
  private final Combinations combinations = new Combinations();

  FullLoad(SeamReader reader, WindowSettings settings, Pin pin) {
    this.reader = reader;
    this.settings = settings;
    this.pin = pin;
  }

  /**
   * The state at the pin, as far as there is memory for it; empty where there is none for live from
   * the seam on.
   *
   * @param landedThrough the greatest landed_at in live; EPOCH while nothing landed
   */
  Optional<WindowState> state(Instant landedThrough, long readNanos) {
    Instant earliest = WindowState.start(WindowState.day(pin.asOf()).minusDays(settings.days()));
    Instant liveFrom = pin.through().orElse(earliest);
    Instant minutesFrom = minutesFrom(settings, pin);
    Optional<List<Segment>> live = live(liveFrom, WindowState.QUARTER_HOUR, 0);
    if (live.isEmpty()) {
      return Optional.empty();
    }
    Optional<List<Segment>> minutes =
        live(minutesFrom, WindowState.MINUTE, bytes(live.orElseThrow()));
    PendingClicks pending = reader.pending(pin, combinations);
    WindowState state =
        new WindowState(
            pin,
            combinations,
            combinations.size(),
            live.orElseThrow(),
            minutes.orElse(List.of()),
            new TreeMap<>(),
            Restatements.NONE,
            pending,
            liveFrom,
            liveFrom,
            minutes.isPresent() ? minutesFrom : FAR,
            landedThrough,
            readNanos);
    return Optional.of(
        pin.publication().map(publication -> withFinal(publication, state)).orElse(state));
  }

  static Instant minutesFrom(WindowSettings settings, Pin pin) {
    return pin.asOf().minus(settings.minutes()).truncatedTo(ChronoUnit.MINUTES);
  }

  /** Live from then on; empty where it has no room beside what takes so many bytes already. */
  private Optional<List<Segment>> live(Instant from, int seconds, long taken) {
    List<Segment> levels = List.of();
    for (Range range : ranges(reader.counts(pin, Side.LIVE, from, FAR), from, FAR)) {
      SegmentBuilder rows = new SegmentBuilder();
      reader.rows(pin, Side.LIVE, range.from(), range.to(), seconds, combinations, rows::add);
      levels = Levels.plus(levels, rows.build(), 0);
      if (combinations.bytes() + taken + bytes(levels) > settings.maxBytes()) {
        return Optional.empty();
      }
    }
    return Optional.of(levels);
  }

  private static long bytes(List<Segment> levels) {
    return levels.stream().mapToLong(Segment::bytes).sum();
  }

  private WindowState withFinal(Publication publication, WindowState live) {
    Instant seam = publication.through();
    LocalDate end = WindowState.day(seam);
    if (!WindowState.start(end).equals(seam)) {
      return live;
    }
    LocalDate first = end.minusDays(settings.days());
    Restatements restatements = reader.restatements(publication, first, end, combinations);
    SortedMap<LocalDate, DayCount> counts =
        reader.counts(pin, Side.FINAL, WindowState.start(first), seam);
    long free = settings.maxBytes() - live.bytes() - restatements.bytes();
    SortedMap<LocalDate, Segment> days = new TreeMap<>();
    LocalDate from = end;
    while (from.isAfter(first)) {
      LocalDate next = from.minusDays(1);
      long rows = rows(counts, next);
      while (next.isAfter(first) && rows + rows(counts, next.minusDays(1)) <= MAX_ROWS_AT_ONCE) {
        next = next.minusDays(1);
        rows += rows(counts, next);
      }
      SortedMap<LocalDate, Segment> loaded = days(reader, pin, next, from, counts, combinations);
      while (from.isAfter(next) && free >= 0) {
        LocalDate day = from.minusDays(1);
        Segment segment = loaded.get(day);
        free -= segment == null ? 0 : segment.bytes();
        if (segment != null && free >= 0) {
          days.put(day, segment);
        }
        from = free >= 0 ? day : from;
      }
      if (free < 0) {
        break;
      }
    }
    return new WindowState(
        pin,
        combinations,
        combinations.size(),
        live.live(),
        live.minutes(),
        days,
        restatements,
        live.pending(),
        WindowState.start(from),
        live.liveFrom(),
        live.minutesFrom(),
        live.landedThrough(),
        live.readNanos());
  }

  private static long rows(SortedMap<LocalDate, DayCount> counts, LocalDate day) {
    return counts.containsKey(day) ? counts.get(day).rows() : 0;
  }

  /** The final UTC days from the one on and before the other. */
  static SortedMap<LocalDate, Segment> days(
      SeamReader reader,
      Pin pin,
      LocalDate first,
      LocalDate end,
      SortedMap<LocalDate, DayCount> counts,
      Combinations combinations) {
    Instant from = WindowState.start(first);
    Instant to = WindowState.start(end);
    Map<LocalDate, List<Segment>> parts = new HashMap<>();
    for (Range range : ranges(counts.subMap(first, end), from, to)) {
      Map<LocalDate, SegmentBuilder> builders = new HashMap<>();
      reader.rows(
          pin,
          Side.FINAL,
          range.from(),
          range.to(),
          WindowState.QUARTER_HOUR,
          combinations,
          row ->
              builders
                  .computeIfAbsent(
                      LocalDate.ofEpochDay(row.time / (86_400 / WindowState.QUARTER_HOUR)),
                      day -> new SegmentBuilder())
                  .add(row));
      builders.forEach(
          (day, rows) -> parts.merge(day, List.of(rows.build()), FullLoad::concatenated));
    }
    SortedMap<LocalDate, Segment> days = new TreeMap<>();
    parts.forEach((day, segments) -> days.put(day, Levels.merged(segments)));
    return days;
  }

  private static List<Segment> concatenated(List<Segment> one, List<Segment> other) {
    List<Segment> all = new ArrayList<>(one);
    all.addAll(other);
    return all;
  }

  /** Times that are read at once. */
  private record Range(Instant from, Instant to) {}

  /** The whole span in parts of so many rows: several days, or parts of one. */
  private static List<Range> ranges(
      SortedMap<LocalDate, DayCount> counts, Instant from, Instant to) {
    List<Range> ranges = new ArrayList<>();
    Instant start = from;
    long rows = 0;
    for (Map.Entry<LocalDate, DayCount> day : counts.entrySet()) {
      long ofDay = day.getValue().rows();
      Instant dayStart = WindowState.start(day.getKey());
      if (rows > 0 && rows + ofDay > MAX_ROWS_AT_ONCE && dayStart.isAfter(start)) {
        ranges.add(new Range(start, dayStart));
        start = dayStart;
        rows = 0;
      }
      rows += ofDay;
      long parts = Math.min(96, ofDay / MAX_ROWS_AT_ONCE);
      for (int i = 1; i <= parts; i++) {
        Instant end = dayStart.plus(Duration.ofMinutes(15L * (96 * i / (parts + 1))));
        if (end.isAfter(start)) {
          ranges.add(new Range(start, end));
          start = end;
          rows = ofDay / (parts + 1);
        }
      }
    }
    ranges.add(new Range(start, to));
    return ranges;
  }
}
