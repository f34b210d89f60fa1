package io.clickledger.serving.window;

import io.clickledger.serving.pins.Freshness;
import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.reports.query.Granularity;
import io.clickledger.serving.reports.query.ReportQuery;
import io.clickledger.serving.reports.query.Scope;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the window holds: the rows of one pin's snapshots, whole for the times that it covers.
 * Immutable, so a reader of a state never sees two snapshots.
 *
 * @param combinationCount those that were there when the state was made
 * @param live quarter hours of live from {@code liveFrom} on, which is the seam or later
 * @param minutes minutes of live from {@code minutesFrom} on
 * @param finalDays quarter hours of the final UTC days from {@code finalFrom} to the seam
 * @param pending late clicks that wait for the next billing run
 * @param landedThrough the greatest landed_at in live; EPOCH while nothing landed
 * @param readNanos when the pin was looked up, by System.nanoTime
 */
public record WindowState(
    Pin pin,
    Combinations combinations,
    int combinationCount,
    List<Segment> live,
    List<Segment> minutes,
    SortedMap<LocalDate, Segment> finalDays,
    Restatements restatements,
    PendingClicks pending,
    Instant finalFrom,
    Instant liveFrom,
    Instant minutesFrom,
    Instant landedThrough,
    long readNanos) {

  static final int QUARTER_HOUR = 15 * 60;
  static final int MINUTE = 60;

  /** Fewer take too little memory to read all again for it. */
  private static final int MIN_COMBINATIONS_TO_FORGET = 10_000;

  /** Whether the window has all rows of the query, whose final side ends at the seam. */
  public boolean covers(ReportQuery query, Instant seam) {
    if (query.granularity() == Granularity.MINUTE) {
      return !query.from().isBefore(minutesFrom);
    }
    if (seam.getEpochSecond() % QUARTER_HOUR != 0) {
      return false;
    }
    boolean hasFinal = !seam.isAfter(query.from()) || !query.from().isBefore(finalFrom);
    boolean hasLive = !seam.isBefore(query.to()) || !seam.isBefore(liveFrom);
    return hasFinal && hasLive;
  }

  /**
   * The rows of a query that it covers: at most so many.
   *
   * @throws ScanTooLongException where they are not counted by the deadline
   */
  public CountedRows rows(ReportQuery query, Instant seam, int most, Deadline deadline) {
    Selection selection = Selection.of(query, combinations, combinationCount);
    if (query.granularity() == Granularity.MINUTE) {
      Scan.Part all = new Scan.Part(minutes, time(query.from(), MINUTE), time(query.to(), MINUTE));
      return new Scan(query, selection, List.of(all), MINUTE, deadline).rows(most);
    }
    int end = time(seam, QUARTER_HOUR);
    List<Segment> days =
        seam.isAfter(query.from())
            ? List.copyOf(
                finalDays.subMap(day(query.from()), day(seam.minusNanos(1)).plusDays(1)).values())
            : List.of();
    return new Scan(
            query,
            selection,
            List.of(
                new Scan.Part(days, time(query.from(), QUARTER_HOUR), end),
                new Scan.Part(live, end, time(query.to(), QUARTER_HOUR))),
            QUARTER_HOUR,
            deadline)
        .rows(most);
  }

  /** How fresh it is, and how many late clicks wait of those that somebody may see. */
  public Freshness freshness(Scope scope) {
    return new Freshness(
        landedThrough.equals(Instant.EPOCH) ? Optional.empty() : Optional.of(landedThrough),
        pending.of(scope));
  }

  /** How the restated days moved, from the first on and before the end, which it must cover. */
  public List<DayRestatement> restatements(ReportQuery query, LocalDate first, LocalDate end) {
    Selection selection = Selection.of(query, combinations, combinationCount);
    return restatements.of(first, end, selection, combinations).stream()
        // Which days changed for others is not told.
        .filter(day -> !query.scope().isLimited() || !day.causes().isEmpty())
        .toList();
  }

  /** The same rows, found current again. */
  WindowState lookedUp(Pin again, long nanos) {
    return new WindowState(
        again,
        combinations,
        combinationCount,
        live,
        minutes,
        finalDays,
        restatements,
        pending,
        finalFrom,
        liveFrom,
        minutesFrom,
        landedThrough,
        nanos);
  }

  /** The same live at a later publication, without its rows that are final now. */
  WindowState published(
      Pin later,
      SortedMap<LocalDate, Segment> days,
      Restatements restated,
      PendingClicks late,
      Instant firstDay,
      long nanos) {
    Instant seam = later.through().orElseThrow();
    return new WindowState(
        later,
        combinations,
        combinations.size(),
        Levels.since(live, time(seam, QUARTER_HOUR)),
        minutes,
        days,
        restated,
        late,
        firstDay,
        liveFrom.isAfter(seam) ? liveFrom : seam,
        minutesFrom,
        landedThrough,
        nanos);
  }

  WindowState with(SortedMap<LocalDate, Segment> days, Instant from) {
    return new WindowState(
        pin,
        combinations,
        combinationCount,
        live,
        minutes,
        days,
        restatements,
        pending,
        from,
        liveFrom,
        minutesFrom,
        landedThrough,
        readNanos);
  }

  WindowState with(
      List<Segment> quarterHours, Instant from, List<Segment> byMinute, Instant byMinuteFrom) {
    return new WindowState(
        pin,
        combinations,
        combinationCount,
        quarterHours,
        byMinute,
        finalDays,
        restatements,
        pending,
        finalFrom,
        from,
        byMinuteFrom,
        landedThrough,
        readNanos);
  }

  /**
   * Whether some of what it should hold was left out for want of memory, or most combinations that
   * it knows have no row any more.
   */
  boolean isWorthReadingAnew(int days) {
    Instant first = pin.through().map(seam -> start(day(seam).minusDays(days))).orElse(finalFrom);
    return finalFrom.isAfter(first)
        || minutesFrom.equals(FullLoad.FAR)
        || hasMostlyUnusedCombinations();
  }

  /** Whether most combinations that it knows have no row any more. */
  boolean hasMostlyUnusedCombinations() {
    return combinationCount > MIN_COMBINATIONS_TO_FORGET && combinationCount > 2 * usedCount();
  }

  private int usedCount() {
    BitSet used = new BitSet();
    Stream.of(live, minutes, finalDays.values())
        .flatMap(Collection::stream)
        .forEach(segment -> IntStream.of(segment.combinations()).forEach(used::set));
    return used.cardinality();
  }

  String summary() {
    return "%d MiB, %d combinations, %d rows of quarter hours since %s, %d of minutes since %s"
        .formatted(
            bytes() >> 20,
            combinationCount,
            rowCount(live) + rowCount(finalDays.values()),
            finalFrom,
            rowCount(minutes),
            minutesFrom);
  }

  private static long rowCount(Collection<Segment> segments) {
    return segments.stream().mapToLong(Segment::rowCount).sum();
  }

  /** Bytes of memory. */
  long bytes() {
    return combinations.bytes()
        + restatements.bytes()
        + pending.bytes()
        + Stream.of(live, minutes, finalDays.values())
            .flatMap(Collection::stream)
            .mapToLong(Segment::bytes)
            .sum();
  }

  static int time(Instant instant, int seconds) {
    return (int) (instant.getEpochSecond() / seconds);
  }

  static LocalDate day(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC).toLocalDate();
  }

  static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
