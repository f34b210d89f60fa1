package io.clickledger.rules.history;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * The slices that a click can see, newest first. The first click that lands in a slice begins it,
 * which seals the one before and drops those that no later click can see.
 */
final class RecentSlices implements Iterable<ClickSlice> {
  private final long sliceMillis;
  private final long secret;
  private final Optional<Consumer<ClickSlice>> whenOver;
  private final Runnable whenBegun;
  private final Deque<ClickSlice> newestFirst = new ArrayDeque<>();

  /** Where the newest slice begins. */
  private long newestFromMillis;

  /**
   * @param whenOver takes each slice that was begun here, as soon as it is over
   * @param whenBegun runs when slices may have been dropped
   */
  RecentSlices(
      long sliceMillis, long secret, Optional<Consumer<ClickSlice>> whenOver, Runnable whenBegun) {
    this.sliceMillis = sliceMillis;
    this.secret = secret;
    this.whenOver = whenOver;
    this.whenBegun = whenBegun;
  }

  @Override
  public Iterator<ClickSlice> iterator() {
    return newestFirst.iterator();
  }

  long sum(ToLongFunction<ClickSlice> size) {
    return newestFirst.stream().mapToLong(size).sum();
  }

  /** The slice of this landing; begins it where needed. */
  ClickSlice at(long landedAtMillis) {
    ClickSlice newest = newestFirst.peekFirst();
    if (newest != null
        && !newest.isSealed()
        && landedAtMillis >= newestFromMillis
        && landedAtMillis - newestFromMillis < sliceMillis) {
      return newest;
    }
    long index = Math.floorDiv(landedAtMillis, sliceMillis);
    if (newest != null && newest.index() >= index) {
      throw new IllegalArgumentException(
          "clicks must be fed in the order of landing, was landed_at "
              + landedAtMillis
              + " after slice "
              + newest.index()
              + " of "
              + sliceMillis
              + " ms");
    }
    if (newest != null) {
      seal(newest);
    }
    ClickSlice next = new ClickSlice(index, secret, whenOver.isPresent());
    begin(next);
    return next;
  }

  /** Seals the newest slice if it ends by then. */
  void seal(long endMillis) {
    ClickSlice newest = newestFirst.peekFirst();
    if (newest != null && newestFromMillis + sliceMillis <= endMillis) {
      seal(newest);
    }
  }

  /** Appends a slice that is over. */
  void append(ClickSlice slice) {
    ClickSlice newest = newestFirst.peekFirst();
    if (newest != null && newest.index() >= slice.index()) {
      throw new IllegalArgumentException(
          "slices must be appended in their order, was "
              + slice.index()
              + " after "
              + newest.index());
    }
    begin(slice);
    slice.applyDrops(newestFirst);
  }

  private void begin(ClickSlice next) {
    for (Iterator<ClickSlice> oldest = newestFirst.descendingIterator(); oldest.hasNext(); ) {
      if (oldest.next().index() < next.index() - ClickHistory.SLICES) {
        oldest.remove();
      }
    }
    whenBegun.run();
    newestFirst.addFirst(next);
    newestFromMillis = next.index() * sliceMillis;
  }

  private void seal(ClickSlice slice) {
    if (!slice.isSealed()) {
      slice.seal();
      whenOver.ifPresent(listener -> listener.accept(slice));
      slice.dropForgotten();
    }
  }
}
