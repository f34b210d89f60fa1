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
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Tuple2;

/**
 * The histories of all clicks of the window, one for each bucket of keys, in the memory of the
 * executors. They are derived from raw.clicks and nothing else, so nothing of them is ever saved:
 * whoever finds one missing tells all of them the window again.
 */
final class Histories {
  /** Where histories stand between two batches, for all queries of this JVM. */
  private static final ConcurrentMap<Key, Held> HELD = new ConcurrentHashMap<>();

  private final Duration window;
  private final int buckets;

  /** Names one telling of the window: histories of an earlier one are not gone on with. */
  private String telling;

  private int told;

  /** Where each history is. */
  private List<String> homes = List.of();

  Histories(Duration window, int buckets) {
    this.window = window;
    this.buckets = buckets;
    begin();
  }

  /** Forgets everything. */
  void begin() {
    end();
    telling = UUID.randomUUID().toString();
    told = 0;
  }

  /** Gives the memory back. */
  void end() {
    HELD.keySet().removeIf(key -> key.telling().equals(telling));
  }

  /**
   * Tells the histories these clicks, which must all have landed after those told before.
   *
   * @param clicks rows of raw.clicks
   * @return what they are, seen against the clicks told before and each other
   * @throws HistoryLostException where a history is not where it was left
   */
  ClickMarks tell(Dataset<Row> clicks, StatefulRules rules) {
    JavaRDD<InternalRow> rows =
        clicks.select(KeyedClicks.READ).queryExecution().toRdd().toJavaRDD();
    List<BucketMarks> marks =
        AtHome.of(
                rows.mapPartitionsToPair(new KeyedClicks(buckets))
                    .partitionBy(new HashPartitioner(buckets))
                    .mapPartitionsWithIndex(new Tell(telling, told, window, rules), true),
                homes)
            .collect();
    if (marks.stream().anyMatch(BucketMarks::lost)) {
      throw new HistoryLostException();
    }
    told++;
    homes = marks.stream().map(BucketMarks::home).toList();
    return ClickMarks.of(marks, rules);
  }

  /** A history is gone with its executor, or a task went elsewhere. */
  static final class HistoryLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private record Key(String telling, int bucket) {}

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

    private final String telling;
    private final int told;
    private final Duration window;
    private final StatefulRules rules;

    Tell(String telling, int told, Duration window, StatefulRules rules) {
      this.telling = telling;
      this.told = told;
      this.window = window;
      this.rules = rules;
    }

    @Override
    public Iterator<BucketMarks> call(Integer bucket, Iterator<Tuple2<Integer, byte[]>> packed) {
      // Taken out while it changes: a task that fails leaves none behind, not half of one.
      Key key = new Key(telling, bucket);
      Held held = HELD.remove(key);
      ClickHistory history;
      if (told == 0) {
        history = new ClickHistory(window);
      } else if (held != null && held.told() == told) {
        history = held.history();
      } else {
        return List.of(new BucketMarks(true, AtHome.here(), new long[0], new int[0], 0, 0))
            .iterator();
      }
      List<Chunk> chunks = new ArrayList<>();
      packed.forEachRemaining(chunk -> chunks.add(Chunk.of(chunk._2())));
      MarkList marks = new MarkList();
      for (Chunk chunk : inLandingOrder(chunks)) {
        tell(history, chunk, marks);
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

    private void tell(ClickHistory history, Chunk chunk, MarkList marks) {
      ByteBuffer entries = chunk.entries();
      long landed = chunk.landedAtMillis();
      while (entries.hasRemaining()) {
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

    /**
     * Chunks that do not overlap only need to be put in order. Files that were written otherwise
     * than LandClicks does may overlap: their entries then become chunks of one entry each.
     */
    private static List<Chunk> inLandingOrder(List<Chunk> chunks) {
      Collections.sort(chunks);
      for (int i = 1; i < chunks.size(); i++) {
        Chunk one = chunks.get(i - 1);
        Chunk next = chunks.get(i);
        if (one.kind() == next.kind()
            && one.landedAtMillis() == next.landedAtMillis()
            && one.partition() == next.partition()
            && one.lastOffset() >= next.firstOffset()) {
          return singly(chunks);
        }
      }
      return chunks;
    }

    private static List<Chunk> singly(List<Chunk> chunks) {
      List<Chunk> entries = new ArrayList<>();
      for (Chunk chunk : chunks) {
        int bytes = chunk.kind().entryBytes;
        for (int at = 0; at < chunk.entries().capacity(); at += bytes) {
          entries.add(
              new Chunk(
                  chunk.kind(),
                  chunk.landedAtMillis(),
                  chunk.partition(),
                  chunk.entries().slice(at, bytes)));
        }
      }
      entries.sort(Comparator.naturalOrder());
      return entries;
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
