package io.clickledger.streaming;

import io.clickledger.rules.ClickHistory;
import io.clickledger.rules.HistoryLoad;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Where histories stand between two batches, for all queries of this JVM. */
final class HeldHistories {
  private static final ConcurrentMap<Key, Held> HELD = new ConcurrentHashMap<>();

  private HeldHistories() {}

  private record Key(String owner, int telling, int bucket) {}

  /**
   * A history and how many batches it was told.
   *
   * @param load by which it gets to know the window, until it is asked for the first time
   */
  record Held(ClickHistory history, BucketCopies copies, Optional<HistoryLoad> load, int told) {}

  /**
   * The bucket's history, new where its telling begins; empty where it is gone or stands elsewhere.
   * It is taken out while it changes: a task that fails leaves none behind, not half of one.
   */
  static Optional<Held> take(HistoryTask.Telling telling, int bucket) {
    if (telling.told() == 0) {
      HELD.keySet()
          .removeIf(
              key -> key.owner().equals(telling.owner()) && key.telling() != telling.number());
    }
    Held held = HELD.remove(key(telling, bucket));
    if (telling.told() == 0) {
      BucketCopies copies = new BucketCopies(telling.copies(), bucket, telling.secret());
      return Optional.of(new Held(copies.history(telling), copies, Optional.empty(), 0));
    }
    return Optional.ofNullable(held).filter(there -> there.told() == telling.told());
  }

  /** Puts it back once it was told what the task had. */
  static void put(HistoryTask.Telling telling, int bucket, Held held, Optional<HistoryLoad> load) {
    HELD.put(
        key(telling, bucket), new Held(held.history(), held.copies(), load, telling.told() + 1));
  }

  private static Key key(HistoryTask.Telling telling, int bucket) {
    return new Key(telling.owner(), telling.number(), bucket);
  }
}
