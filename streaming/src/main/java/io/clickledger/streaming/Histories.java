package io.clickledger.streaming;

import io.clickledger.rules.ClickHistory;
import io.clickledger.rules.StatefulRules;
import io.clickledger.streaming.KeyedClicks.Chunk;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * The histories of all clicks of the window, one for each bucket of keys, in the memory of the
 * executors. They are derived from raw.clicks and nothing else, so nothing of them is ever saved:
 * whoever finds one missing tells all of them the window again.
 */
final class Histories {
  private static final Logger LOG = LoggerFactory.getLogger(Histories.class);

  /** Where histories stand between two batches, for all queries of this JVM. */
  private static final ConcurrentMap<Key, Held> HELD = new ConcurrentHashMap<>();

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

  /**
   * @param secret makes the short hashes of click_ids something that no sender can aim at
   */
  Histories(Duration window, int buckets, long secret) {
    this.window = window;
    this.buckets = buckets;
    this.secret = secret;
  }

  /**
   * Tells the histories these clicks, which must all have landed after those told before.
   *
   * @param clicks rows of raw.clicks
   * @param before told first where nothing was yet, or where a history is gone: what these clicks
   *     can see, in the order of landing
   * @return what the clicks are, seen against those told before and each other
   */
  ClickMarks tell(Dataset<Row> clicks, StatefulRules rules, Supplier<List<Dataset<Row>>> before) {
    for (int attempt = 1; ; attempt++) {
      try {
        if (told == 0) {
          before.get().forEach(earlier -> tellOnce(earlier, rules));
        }
        return ClickMarks.of(tellOnce(clicks, rules), rules);
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

  private List<BucketMarks> tellOnce(Dataset<Row> clicks, StatefulRules rules) {
    JavaRDD<InternalRow> rows =
        clicks.select(KeyedClicks.READ).queryExecution().toRdd().toJavaRDD();
    List<BucketMarks> marks =
        AtHome.of(
                rows.mapPartitionsToPair(new KeyedClicks(buckets, secret))
                    .partitionBy(new HashPartitioner(buckets))
                    .mapPartitionsWithIndex(
                        new Tell(owner, telling, told, window, secret, rules), true),
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

  private record Key(String owner, int telling, int bucket) {}

  /** A history and how many batches it was told. */
  private record Held(ClickHistory history, int told) {}

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

  /** Tells one bucket its clicks. */
  private static final class Tell
      implements Function2<Integer, Iterator<Tuple2<Integer, byte[]>>, Iterator<BucketMarks>> {
    private static final long serialVersionUID = 1L;

    private final String owner;
    private final int telling;
    private final int told;
    private final Duration window;
    private final long secret;
    private final StatefulRules rules;

    Tell(String owner, int telling, int told, Duration window, long secret, StatefulRules rules) {
      this.secret = secret;
      this.owner = owner;
      this.telling = telling;
      this.told = told;
      this.window = window;
      this.rules = rules;
    }

    @Override
    public Iterator<BucketMarks> call(Integer bucket, Iterator<Tuple2<Integer, byte[]>> packed) {
      // Taken out while it changes: a task that fails leaves none behind, not half of one.
      if (told == 0) {
        HELD.keySet().removeIf(key -> key.owner().equals(owner) && key.telling() != telling);
      }
      Key key = new Key(owner, telling, bucket);
      Held held = HELD.remove(key);
      ClickHistory history;
      if (told == 0) {
        history = new ClickHistory(window, secret);
      } else if (held != null && held.told() == told) {
        history = held.history();
      } else {
        return List.of(new BucketMarks(true, AtHome.here(), new long[0], new int[0], 0, 0))
            .iterator();
      }
      List<Chunk> chunks = new ArrayList<>();
      packed.forEachRemaining(chunk -> chunks.add(Chunk.of(chunk._2())));
      Collections.sort(chunks);
      MarkList marks = new MarkList();
      for (int from = 0, to; from < chunks.size(); from = to) {
        to = from + 1;
        while (to < chunks.size() && chunks.get(from).isBeside(chunks.get(to))) {
          to++;
        }
        tell(history, chunks.subList(from, to), marks);
      }
      HELD.put(key, new Held(history, told + 1));
      return List.of(
              new BucketMarks(
                  false,
                  AtHome.here(),
                  marks.coordinates(),
                  marks.bits(),
                  history.bytes(),
                  history.ids()))
          .iterator();
    }

    /**
     * Tells chunks of one landing and partition by offset. A landing has files of on-time and of
     * other clicks, so their chunks overlap.
     */
    private void tell(ClickHistory history, List<Chunk> chunks, MarkList marks) {
      PriorityQueue<Chunk> byOffset = new PriorityQueue<>(Comparator.comparing(Chunk::offset));
      byOffset.addAll(chunks);
      while (!byOffset.isEmpty()) {
        Chunk chunk = byOffset.remove();
        long until = byOffset.isEmpty() ? Long.MAX_VALUE : byOffset.peek().offset();
        while (chunk.entries().hasRemaining() && chunk.offset() <= until) {
          tell(history, chunk, marks);
        }
        if (chunk.entries().hasRemaining()) {
          byOffset.add(chunk);
        }
      }
    }

    /** Tells the chunk's next entry. */
    private void tell(ClickHistory history, Chunk chunk, MarkList marks) {
      ByteBuffer entries = chunk.entries();
      long landed = chunk.landedAtMillis();
      long offset = entries.getLong();
      int bits =
          switch (chunk.kind()) {
            case CLICK_ID ->
                history.repeats(entries.getLong(), entries.getLong(), landed)
                    ? ClickMarks.DUPLICATE
                    : 0;
            case ADDRESS ->
                ClickMarks.ofRules(
                    history.ofAddress(
                        entries.getLong(), entries.getInt(), entries.getInt(), landed, rules));
            case USER ->
                ClickMarks.ofRules(
                    history.ofUser(
                        entries.getLong(),
                        entries.getInt(),
                        entries.getInt(),
                        entries.getInt(),
                        landed,
                        rules));
          };
      if (bits != 0) {
        marks.add(ClickMarks.coordinates(chunk.partition(), offset), bits);
      }
    }
  }

  /** Grows as marks come. */
  private static final class MarkList {
    private long[] coordinates = new long[64];
    private int[] bits = new int[64];
    private int size;

    void add(long coordinate, int mark) {
      if (size == bits.length) {
        coordinates = Arrays.copyOf(coordinates, 2 * size);
        bits = Arrays.copyOf(bits, 2 * size);
      }
      coordinates[size] = coordinate;
      bits[size++] = mark;
    }

    long[] coordinates() {
      return Arrays.copyOf(coordinates, size);
    }

    int[] bits() {
      return Arrays.copyOf(bits, size);
    }
  }
}
