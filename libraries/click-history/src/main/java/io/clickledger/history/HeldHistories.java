package io.clickledger.history;

import io.clickledger.rules.history.ClickHistory;
import io.clickledger.rules.history.HistoryLoad;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The histories of this executor between two batches, for all queries. */
final class HeldHistories {
  private static final ConcurrentMap<Key, StoredHistory> HELD = new ConcurrentHashMap<>();

  private HeldHistories() {}

  private record Key(String owner, int generation, int bucket) {}

  /**
   * A history and how many batches it was fed.
   *
   * @param load the loader that the history was loaded with; empty once it was fed a batch
   */
  record StoredHistory(
      ClickHistory history, BucketCopies copies, Optional<HistoryLoad> load, int fedBatches) {}

  /**
   * The bucket's history, a new one where its generation begins; empty where it is gone or has
   * another state. It is removed while it changes, so that a task that fails leaves no half-changed
   * history.
   */
  static Optional<StoredHistory> take(HistoryTask.Generation generation, int bucket) {
    if (generation.fedBatches() == 0) {
      HELD.keySet()
          .removeIf(
              key ->
                  key.owner().equals(generation.owner())
                      && key.generation() != generation.number());
    }
    StoredHistory stored = HELD.remove(key(generation, bucket));
    if (generation.fedBatches() == 0) {
      BucketCopies copies = new BucketCopies(generation.copies(), bucket, generation.secret());
      return Optional.of(
          new StoredHistory(copies.history(generation), copies, Optional.empty(), 0));
    }
    return Optional.ofNullable(stored)
        .filter(there -> there.fedBatches() == generation.fedBatches());
  }

  /** Drops all histories of an owner. */
  static void forget(String owner) {
    HELD.keySet().removeIf(key -> key.owner().equals(owner));
  }

  /** Puts it back when it was fed the clicks of the task. */
  static void put(
      HistoryTask.Generation generation,
      int bucket,
      StoredHistory stored,
      Optional<HistoryLoad> load) {
    HELD.put(
        key(generation, bucket),
        new StoredHistory(stored.history(), stored.copies(), load, generation.fedBatches() + 1));
  }

  private static Key key(HistoryTask.Generation generation, int bucket) {
    return new Key(generation.owner(), generation.number(), bucket);
  }
}
