package io.clickledger.streaming;

import io.clickledger.rules.StatefulRules;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The histories of all clicks of the window, one for each bucket of keys, in the memory of the
 * executors. They are derived from raw.clicks and nothing else, so nothing of them is ever saved:
 * whoever finds one missing tells all of them the window again.
 */
final class Histories {
  private static final Logger LOG = LoggerFactory.getLogger(Histories.class);

  /** How often the window is told again before a batch is given up. */
  private static final int ATTEMPTS = 5;

  private final String owner = UUID.randomUUID().toString();
  private final Duration window;
  private final int buckets;
  private final long secret;

  /** Counts the tellings of the window: histories of an earlier one are not gone on with. */
  private int telling;

  /** How often the histories of this telling were told something. */
  private int told;

  /** Where each history is. */
  private List<String> homes = List.of();

  /** What clicks can see that are told next, in the order of landing. */
  interface Window {
    Window EMPTY = new EmptyWindow();

    /** How many pieces it has. */
    int size();

    /** About how many clicks it has. */
    long rows();

    /** Hands the pieces over, rows of raw.clicks, each until the listener is done with it. */
    void forEach(Consumer<Dataset<Row>> listener);
  }

  private static final class EmptyWindow implements Window {
    @Override
    public int size() {
      return 0;
    }

    @Override
    public long rows() {
      return 0;
    }

    @Override
    public void forEach(Consumer<Dataset<Row>> listener) {}
  }

  /**
   * @param secret makes the short hashes of click_ids something that no sender can aim at
   */
  Histories(Duration window, int buckets, long secret) {
    this.window = window;
    this.buckets = buckets;
    this.secret = secret;
  }

  /** Lets the histories know the window where they know nothing yet. */
  void know(Supplier<Window> before) {
    withoutLoss(
        () -> {
          loadOnce(before);
          return true;
        });
  }

  /**
   * Tells the histories these clicks, which must all have landed after those told before.
   *
   * @param clicks rows of raw.clicks
   * @param before what these clicks can see, for where nothing was told yet or a history is gone
   * @return what the clicks are, seen against those told before and each other
   */
  ClickMarks tell(Dataset<Row> clicks, StatefulRules rules, Supplier<Window> before) {
    return withoutLoss(
        () -> {
          loadOnce(before);
          return ClickMarks.of(run(clicks, new HistoryTask.Tell(here(), rules)), rules);
        });
  }

  private <T> T withoutLoss(Supplier<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return work.get();
      } catch (HistoryLostException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        LOG.warn("a history is gone: telling all of them their window again");
        telling++;
        told = 0;
      }
    }
  }

  private void loadOnce(Supplier<Window> before) {
    if (told > 0) {
      return;
    }
    long begun = System.nanoTime();
    Window all = before.get();
    long planned = System.nanoTime();
    long[] ids = new long[1];
    all.forEach(
        piece -> {
          List<BucketMarks> marks =
              run(piece, new HistoryTask.Load(here(), all.rows() / buckets + 1));
          ids[0] = marks.stream().mapToLong(BucketMarks::historyIds).sum();
        });
    if (all.size() == 0) {
      return;
    }
    LOG.info(
        "histories know the window history_ids={} pieces={} planning_millis={} millis={}",
        ids[0],
        all.size(),
        TimeUnit.NANOSECONDS.toMillis(planned - begun),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
  }

  private HistoryTask.Telling here() {
    return new HistoryTask.Telling(owner, telling, told, window, secret);
  }

  private List<BucketMarks> run(Dataset<Row> clicks, HistoryTask task) {
    JavaRDD<InternalRow> rows =
        clicks.select(KeyedClicks.READ).queryExecution().toRdd().toJavaRDD();
    List<BucketMarks> marks =
        AtHome.of(
                rows.mapPartitionsToPair(new KeyedClicks(buckets, secret))
                    .partitionBy(new HashPartitioner(buckets))
                    .mapPartitionsWithIndex(task, true),
                homes)
            .collect();
    if (marks.stream().anyMatch(BucketMarks::lost)) {
      throw new HistoryLostException();
    }
    told++;
    homes = marks.stream().map(BucketMarks::home).toList();
    return marks;
  }

  /** A history is gone with its executor, or a task went elsewhere. */
  private static final class HistoryLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * What one bucket says of the clicks.
   *
   * @param home where its history is
   * @param coordinates of clicks that are of note, packed as {@link ClickMarks} does
   * @param bits what is to note of each
   */
  record BucketMarks(
      boolean lost, String home, long[] coordinates, int[] bits, long historyBytes, long historyIds)
      implements Serializable {}
}
