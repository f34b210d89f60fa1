package io.clickledger.history;

import io.clickledger.history.HistoryTask.BucketMarks;
import io.clickledger.history.RestoreTask.Restored;
import io.clickledger.rules.fraud.StatefulRules;
import io.clickledger.rules.history.ClickHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.apache.spark.HashPartitioner;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The histories of all clicks of the window, one for each bucket of keys, in the memory of the
 * executors. They are derived from raw.clicks and nothing else: if one is missing, the window is
 * loaded into all of them again. Copies of their slices that are over may be kept on disk, to be
 * used only where they say the same as raw.clicks.
 */
public final class Histories implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Histories.class);

  /** How often a batch is tried, with histories that are built again, before it fails. */
  private static final int MAX_ATTEMPTS = 5;

  private final String owner = UUID.randomUUID().toString();
  private final Duration window;
  private final int buckets;
  private final long secret;
  private final Optional<CopySurvey> survey;
  private final IntConsumer failedCopies;

  /** Number of the current generation of histories; those of earlier generations are discarded. */
  private int generation;

  /** Of the clicks; null before the first. */
  private SparkContext context;

  /** How many batches the histories of this generation were fed. */
  private int fedBatches;

  /** By bucket, the executor that holds the history. */
  private List<String> executors = List.of();

  /** The first slice that the histories know as a whole. */
  private long knownFrom = Long.MIN_VALUE;

  /** The first slice that a start needs if everything fed so far is counted. */
  private long keepFrom = Long.MIN_VALUE;

  /**
   * @param secret key of the hashes of click_ids, so that no sender can choose colliding ones
   */
  public Histories(Duration window, int buckets, long secret) {
    this(window, buckets, secret, Optional.empty(), failed -> {});
  }

  /**
   * @param survey finds copies of earlier histories, and says where to keep them
   * @param failedCopies takes how many copies could not be written
   */
  public Histories(
      Duration window,
      int buckets,
      long secret,
      Optional<CopySurvey> survey,
      IntConsumer failedCopies) {
    this.window = window;
    this.buckets = buckets;
    this.secret = secret;
    this.survey = survey;
    this.failedCopies = failedCopies;
  }

  /** Loads the window into the histories where they are still empty. */
  public void load(Supplier<HistoryWindow> before) {
    withoutLoss(
        () -> {
          loadOnce(before);
          return true;
        });
  }

  /**
   * Feeds these clicks to the histories; all of them must have landed after the clicks of earlier
   * calls.
   *
   * @param through their newest landing; all others to come are later
   * @param before the window before these clicks, read where the histories are empty or one is lost
   * @return which of the clicks are duplicates or match stateful rules, given the earlier clicks
   *     and each other
   */
  public ClickMarks feed(
      ClickBatch clicks, Instant through, StatefulRules rules, Supplier<HistoryWindow> before) {
    return feed(clicks.rows(), through, rules, before);
  }

  /**
   * The same for rows of raw.clicks that are read for this alone.
   *
   * @param clicks in any order, of any number of landings
   */
  public ClickMarks feed(
      Dataset<Row> clicks, Instant through, StatefulRules rules, Supplier<HistoryWindow> before) {
    return feed(ClickBatch.ofHistory(clicks), through, rules, before);
  }

  private ClickMarks feed(
      JavaRDD<InternalRow> clicks,
      Instant through,
      StatefulRules rules,
      Supplier<HistoryWindow> before) {
    return withoutLoss(
        () -> {
          loadOnce(before);
          ClickMarks marks =
              ClickMarks.of(
                  run(clicks, new HistoryTask.Feed(currentGeneration(through), rules)), rules);
          keepFrom = slice(through) - ClickHistory.SLICES;
          return marks;
        });
  }

  /** Forgets all clicks: those that are fed next are the first ones. */
  public void restart() {
    generation++;
    fedBatches = 0;
    executors = List.of();
    knownFrom = Long.MIN_VALUE;
    keepFrom = Long.MIN_VALUE;
  }

  /** Gives the memory of the executors back; a driver that never ends needs no call. */
  @Override
  public void close() {
    if (context == null) {
      return;
    }
    String forgotten = owner;
    PreferredExecutorRdd.of(
            new JavaSparkContext(context)
                .<Integer>parallelize(List.of(), buckets)
                .mapPartitionsWithIndex(
                    (bucket, none) -> {
                      HeldHistories.forget(forgotten);
                      return none;
                    },
                    true),
            executors)
        .collect();
  }

  private <T> T withoutLoss(Supplier<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return work.get();
      } catch (HistoryLostException e) {
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
        LOG.warn(
            "a click history was lost with its executor; loading the window into all of them again");
        generation++;
        fedBatches = 0;
      }
    }
  }

  private void loadOnce(Supplier<HistoryWindow> before) {
    if (fedBatches > 0) {
      return;
    }
    long startedNanos = System.nanoTime();
    HistoryWindow all = before.get();
    long planned = System.nanoTime();
    if (all.size() == 0) {
      knownFrom = Long.MIN_VALUE;
      return;
    }
    knownFrom = slice(all.from());
    keepFrom = knownFrom;
    long[] ids = new long[1];
    HistoryWindow rest = survey.map(copies -> restore(copies, all, ids)).orElse(all);
    long restored = System.nanoTime();
    rest.forEach(
        (piece, to) -> {
          List<BucketMarks> marks =
              run(
                  ClickBatch.ofHistory(piece),
                  new HistoryTask.Load(currentGeneration(to), all.rows() / buckets + 1));
          ids[0] = marks.stream().mapToLong(BucketMarks::historyIds).sum();
        });
    LOG.info(
        "loaded click histories history_ids={} pieces={} planning_millis={} copied_slices={} copies_millis={} millis={}",
        ids[0],
        rest.size(),
        TimeUnit.NANOSECONDS.toMillis(planned - startedNanos),
        slice(rest.from()) - slice(all.from()),
        TimeUnit.NANOSECONDS.toMillis(restored - planned),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos));
  }

  /** Begins the histories with what copies have of the window, and says what is left of it. */
  private HistoryWindow restore(CopySurvey copies, HistoryWindow all, long[] ids) {
    CopySurvey.Found found = copies.find(all, window);
    while (!found.slices().isEmpty()) {
      Instant end = Instant.ofEpochMilli(ClickHistory.sliceBegin(window, found.end()));
      knownFrom = found.end();
      List<Restored> restored =
          PreferredExecutorRdd.of(
                  copies
                      .spark()
                      .<Integer>parallelize(List.of(), buckets)
                      .mapPartitionsWithIndex(
                          new RestoreTask(
                              currentGeneration(end), found.slices(), all.rows() / buckets + 1),
                          true),
                  found.executors())
              .collect();
      int least = restored.stream().mapToInt(Restored::slices).min().orElse(0);
      if (least == found.slices().size()) {
        fedBatches++;
        executors = restored.stream().map(Restored::executor).toList();
        ids[0] = restored.stream().mapToLong(Restored::historyIds).sum();
        return all.since(end);
      }
      // No bucket may begin later than another one.
      generation++;
      found = found.first(least);
    }
    knownFrom = slice(all.from());
    return all;
  }

  private long slice(Instant instant) {
    return ClickHistory.sliceAt(window, instant.toEpochMilli());
  }

  /**
   * @param through what comes after the clicks of the task lands then at the earliest
   */
  private HistoryTask.Generation currentGeneration(Instant through) {
    return new HistoryTask.Generation(
        owner,
        generation,
        fedBatches,
        window,
        secret,
        new BucketCopies.Plan(
            survey.map(CopySurvey::copies).orElse(HistoryCopies.none()),
            knownFrom,
            through.toEpochMilli(),
            keepFrom));
  }

  private List<BucketMarks> run(JavaRDD<InternalRow> clicks, HistoryTask task) {
    context = clicks.context();
    List<BucketMarks> marks =
        PreferredExecutorRdd.of(
                clicks
                    .mapPartitionsToPair(new KeyedClicks(buckets, secret))
                    .partitionBy(new HashPartitioner(buckets))
                    .mapPartitionsWithIndex(task, true),
                executors)
            .collect();
    if (marks.stream().anyMatch(BucketMarks::lost)) {
      throw new HistoryLostException();
    }
    failedCopies.accept(marks.stream().mapToInt(BucketMarks::failedCopies).sum());
    fedBatches++;
    executors = marks.stream().map(BucketMarks::executor).toList();
    return marks;
  }

  /** A history was lost with its executor, or its task ran on another executor. */
  private static final class HistoryLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
