package io.clickledger.history;

import io.clickledger.history.CopyHeader.UnusableCopyException;
import io.clickledger.rules.history.ClickSlice;
import io.clickledger.rules.history.HistoryLoad;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.Function2;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins the history of one bucket with copies of slices, as far as they are good. */
final class RestoreTask
    implements Function2<Integer, Iterator<Integer>, Iterator<RestoreTask.Restored>> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(RestoreTask.class);

  private final HistoryTask.Generation generation;
  private final List<Long> slices;
  private final long clicks;

  /**
   * What became of it.
   *
   * @param executor the executor that has the history
   * @param slices how many of the slices it has, from the first one on
   */
  record Restored(String executor, int slices, long historyIds) implements Serializable {}

  /**
   * @param slices which ones, in their order
   * @param clicks about how many the bucket gets, those that are loaded afterwards included
   */
  RestoreTask(HistoryTask.Generation generation, List<Long> slices, long clicks) {
    this.generation = generation;
    this.slices = List.copyOf(slices);
    this.clicks = clicks;
  }

  @Override
  public Iterator<Restored> call(Integer bucket, Iterator<Integer> nothing) {
    HeldHistories.StoredHistory stored = HeldHistories.take(generation, bucket).orElseThrow();
    HistoryLoad load = new HistoryLoad(stored.history(), clicks);
    int restored = 0;
    while (restored < slices.size() && append(load, bucket, slices.get(restored))) {
      restored++;
    }
    HeldHistories.put(generation, bucket, stored, Optional.of(load));
    return List.of(
            new Restored(PreferredExecutorRdd.currentExecutor(), restored, stored.history().ids()))
        .iterator();
  }

  private boolean append(HistoryLoad load, int bucket, long slice) {
    try {
      ClickSlice copy = generation.copies().copies().read(bucket, slice, generation.secret());
      load.append(copy);
      return true;
    } catch (UnusableCopyException | IOException e) {
      LOG.warn("the copy of slice {} of bucket {} is not used: {}", slice, bucket, e.getMessage());
      return false;
    }
  }
}
