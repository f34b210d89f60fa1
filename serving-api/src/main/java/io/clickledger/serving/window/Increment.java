package io.clickledger.serving.window;

import io.clickledger.serving.pins.LateClicks;
import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.window.SeamReader.Commit;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Brings a state from one snapshot of live to a later one by what landed since. It proves that this
 * is all: between the two are appends only, and the rows read are as many as they added. Where live
 * was folded or old partials were deleted, its total must be that of the window too. Anything else
 * (live was rebuilt, a snapshot is gone) is for a full load.
 */
final class Increment {
  private static final String APPEND = "append";
  private static final String REPLACE = "replace";
  private static final String DELETE = "delete";

  private final SeamReader reader;
  private final WindowSettings settings;

  Increment(SeamReader reader, WindowSettings settings) {
    this.reader = reader;
    this.settings = settings;
  }

  /**
   * What happened between two snapshots.
   *
   * @param appendedRows of all appends
   * @param isAppendOnly whether nothing else happened
   */
  private record Changes(long appendedRows, boolean isAppendOnly) {}

  /** Rows that landed, as both tables of the window have them. */
  private final class Landed {
    private final SegmentBuilder quarterHours = new SegmentBuilder();
    private final SegmentBuilder minutes = new SegmentBuilder();
    private final Map<Integer, Long> pending = new HashMap<>();
    private final WindowState before;
    private final int liveFrom;
    private final int minutesFrom;
    private Instant landedThrough;
    private long rows;

    Landed(WindowState before, Instant minutesFrom) {
      this.before = before;
      this.landedThrough = before.landedThrough();
      this.liveFrom = WindowState.time(before.liveFrom(), WindowState.MINUTE);
      this.minutesFrom = WindowState.time(minutesFrom, WindowState.MINUTE);
    }

    void add(Row row, Instant landedAt) {
      rows++;
      landedThrough = landedAt.isAfter(landedThrough) ? landedAt : landedThrough;
      if (isPending(row.time, landedAt)) {
        pending.merge(row.combination, row.sums[0], Math::addExact);
      }
      if (row.time >= minutesFrom) {
        minutes.add(row);
      }
      if (row.time >= liveFrom) {
        row.time /= WindowState.QUARTER_HOUR / WindowState.MINUTE;
        quarterHours.add(row);
      }
    }

    private boolean isPending(int minute, Instant landedAt) {
      Instant at = Instant.ofEpochSecond((long) minute * WindowState.MINUTE);
      return before
          .pin()
          .publication()
          .filter(known -> LateClicks.isOne(known, at, WindowState.day(at), landedAt))
          .isPresent();
    }
  }

  /**
   * The state at the pin, whose publication it does not read; empty where a full load has to be.
   */
  Optional<WindowState> state(WindowState before, Pin pin, long readNanos) {
    Optional<Changes> changes =
        changes(before.pin().liveSnapshotId(), pin.liveSnapshotId(), reader.history());
    if (changes.isEmpty()) {
      return Optional.empty();
    }
    Instant minutesFrom = later(before.minutesFrom(), FullLoad.minutesFrom(settings, pin));
    Landed landed = new Landed(before, minutesFrom);
    reader.increment(pin, before.landedThrough(), before.combinations(), landed::add);
    if (landed.rows != changes.get().appendedRows()) {
      return Optional.empty();
    }
    WindowState after =
        new WindowState(
            pin,
            before.combinations(),
            before.combinations().size(),
            Levels.plus(
                before.live(),
                landed.quarterHours.build(),
                WindowState.time(before.liveFrom(), WindowState.QUARTER_HOUR)),
            Levels.plus(
                before.minutes(),
                landed.minutes.build(),
                WindowState.time(minutesFrom, WindowState.MINUTE)),
            before.finalDays(),
            before.restatements(),
            before.pending().plus(landed.pending, before.combinations()),
            before.finalFrom(),
            before.liveFrom(),
            minutesFrom,
            landed.landedThrough,
            readNanos);
    return changes.get().isAppendOnly() || Totals.areOfLive(reader, after)
        ? Optional.of(after)
        : Optional.empty();
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static Optional<Changes> changes(long from, long to, Map<Long, Commit> history) {
    long appended = 0;
    boolean isAppendOnly = true;
    long at = to;
    while (at != from) {
      Commit commit = history.get(at);
      if (commit == null) {
        return Optional.empty();
      }
      switch (commit.operation()) {
        case APPEND -> appended += commit.addedRows();
        case REPLACE, DELETE -> isAppendOnly = false;
        default -> {
          return Optional.empty();
        }
      }
      at = commit.parentId();
    }
    return Optional.of(new Changes(appended, isAppendOnly));
  }
}
