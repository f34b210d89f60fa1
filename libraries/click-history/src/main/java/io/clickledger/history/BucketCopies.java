package io.clickledger.history;

import io.clickledger.rules.history.ClickHistory;
import io.clickledger.rules.history.ClickSlice;
import java.io.IOException;
import java.io.Serializable;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a copy of each completed slice of one bucket's history. A copy that fails is counted and
 * skipped.
 */
final class BucketCopies implements Consumer<ClickSlice> {
  private static final Logger LOG = LoggerFactory.getLogger(BucketCopies.class);

  /** Whether the newest copy of this JVM failed: one line is enough for a disk that is full. */
  private static final AtomicBoolean FAILING = new AtomicBoolean();

  private final HistoryCopies copies;
  private final int bucket;
  private final long secret;
  private final Set<Long> handled = new HashSet<>();
  private long next;
  private long keptFrom = Long.MIN_VALUE;
  private int failures;

  /**
   * What a task is to keep.
   *
   * @param knownFrom the first slice that a history which begins with this task knows as a whole
   * @param overMillis what is still to come lands then at the earliest
   * @param keepFrom no start needs an earlier slice
   */
  record Plan(HistoryCopies copies, long knownFrom, long overMillis, long keepFrom)
      implements Serializable {}

  BucketCopies(Plan plan, int bucket, long secret) {
    this.copies = plan.copies();
    this.bucket = bucket;
    this.secret = secret;
    this.next = plan.knownFrom();
  }

  /** A history whose slices are written once they are over, if copies are kept. */
  ClickHistory history(HistoryTask.Generation generation) {
    return copies.areKept()
        ? new ClickHistory(generation.window(), secret, this)
        : new ClickHistory(generation.window(), secret);
  }

  @Override
  public void accept(ClickSlice over) {
    if (over.index() >= next) {
      write(over);
    }
  }

  /** Writes what is over and not written, when a task has fed the history its clicks. */
  void complete(ClickHistory history, HistoryTask.Generation generation) {
    if (!copies.areKept()) {
      return;
    }
    BucketCopies.Plan plan = generation.copies();
    history.seal(plan.overMillis());
    long end = ClickHistory.sliceAt(generation.window(), plan.overMillis());
    // The bucket may have no click at all in a slice.
    for (long slice = Math.max(next, end - ClickHistory.SLICES); slice < end; slice++) {
      if (!handled.contains(slice)) {
        write(ClickSlice.empty(slice, secret));
      }
    }
    next = Math.max(next, end);
    handled.removeIf(slice -> slice < next);
    if (plan.keepFrom() > keptFrom) {
      copies.deleteBefore(plan.keepFrom());
      keptFrom = plan.keepFrom();
    }
  }

  /** How many copies failed since this was asked last. */
  int takeFailures() {
    int taken = failures;
    failures = 0;
    return taken;
  }

  private void write(ClickSlice slice) {
    handled.add(slice.index());
    try {
      copies.write(bucket, slice);
      FAILING.set(false);
    } catch (IOException e) {
      failures++;
      if (!FAILING.getAndSet(true)) {
        LOG.warn(
            "a copy of slice {} of bucket {} could not be written to {}: a start reads raw.clicks instead: {}",
            slice.index(),
            bucket,
            copies.folder(),
            e.toString());
      }
    }
  }
}
