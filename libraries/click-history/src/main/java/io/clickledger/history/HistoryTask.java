package io.clickledger.history;

import io.clickledger.history.KeyedClicks.Chunk;
import io.clickledger.rules.fraud.StatefulRules;
import io.clickledger.rules.history.ClickHistory;
import io.clickledger.rules.history.HistoryLoad;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.apache.spark.api.java.function.Function2;
import scala.Tuple2;

/** A task that passes the clicks of one bucket of keys to the bucket's history. */
abstract class HistoryTask
    implements Function2<
        Integer, Iterator<Tuple2<Integer, byte[]>>, Iterator<HistoryTask.BucketMarks>> {
  private static final long serialVersionUID = 1L;

  private final Generation generation;

  /**
   * Identifies a generation of histories and the state that they must be in.
   *
   * @param owner of the histories
   * @param number of the generation
   * @param fedBatches how many batches the histories must have been fed before
   * @param secret of the histories
   * @param copies what to keep of them on disk
   */
  record Generation(
      String owner,
      int number,
      int fedBatches,
      Duration window,
      long secret,
      BucketCopies.Plan copies)
      implements Serializable {}

  /**
   * The result of one bucket for a batch.
   *
   * @param executor the executor that holds its history
   * @param coordinates of marked clicks, packed as in {@link ClickMarks}
   * @param bits the marks of each
   * @param failedCopies how many copies of slices could not be written
   */
  record BucketMarks(
      boolean lost,
      String executor,
      long[] coordinates,
      int[] bits,
      long historyBytes,
      long historyIds,
      int failedCopies)
      implements Serializable {

    static BucketMarks lost(String executor) {
      return new BucketMarks(true, executor, new long[0], new int[0], 0, 0, 0);
    }
  }

  private HistoryTask(Generation generation) {
    this.generation = generation;
  }

  @Override
  public Iterator<BucketMarks> call(Integer bucket, Iterator<Tuple2<Integer, byte[]>> packed) {
    Optional<HeldHistories.StoredHistory> there = HeldHistories.take(generation, bucket);
    if (there.isEmpty()) {
      return List.of(BucketMarks.lost(PreferredExecutorRdd.currentExecutor())).iterator();
    }
    HeldHistories.StoredHistory stored = there.get();
    ClickHistory history = stored.history();
    MarkList marks = new MarkList();
    Optional<HistoryLoad> load = take(history, stored.load(), chunks(packed), marks);
    stored.copies().complete(history, generation);
    HeldHistories.put(generation, bucket, stored, load);
    return List.of(
            new BucketMarks(
                false,
                PreferredExecutorRdd.currentExecutor(),
                marks.coordinates(),
                marks.bits(),
                history.bytes(),
                history.ids(),
                stored.copies().takeFailures()))
        .iterator();
  }

  /**
   * Takes the clicks.
   *
   * @param load the loader that the history was loaded with so far
   * @return the loader for the next piece; empty where loading is over
   */
  abstract Optional<HistoryLoad> take(
      ClickHistory history, Optional<HistoryLoad> load, List<Chunk> chunks, MarkList marks);

  /** Feeds the clicks to the bucket's history and collects their marks. */
  static final class Feed extends HistoryTask {
    private static final long serialVersionUID = 1L;

    private final StatefulRules rules;

    Feed(Generation generation, StatefulRules rules) {
      super(generation);
      this.rules = rules;
    }

    @Override
    Optional<HistoryLoad> take(
        ClickHistory history, Optional<HistoryLoad> load, List<Chunk> chunks, MarkList marks) {
      byOffset(
          chunks,
          chunk -> {
            long offset = chunk.entries().getLong();
            int bits = bits(history, chunk);
            if (bits != 0) {
              marks.add(ClickMarks.coordinates(chunk.partition(), offset), bits);
            }
          });
      return Optional.empty();
    }

    private int bits(ClickHistory history, Chunk chunk) {
      ByteBuffer entries = chunk.entries();
      long landed = chunk.landedAtMillis();
      return switch (chunk.kind()) {
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
    }
  }

  /** Loads past clicks into the bucket's history, without marking them. */
  static final class Load extends HistoryTask {
    private static final long serialVersionUID = 1L;

    private final long clicks;

    /**
     * @param clicks about how many clicks of the whole window are in the bucket
     */
    Load(Generation generation, long clicks) {
      super(generation);
      this.clicks = clicks;
    }

    @Override
    Optional<HistoryLoad> take(
        ClickHistory history, Optional<HistoryLoad> before, List<Chunk> chunks, MarkList marks) {
      HistoryLoad load = before.orElseGet(() -> new HistoryLoad(history, clicks));
      byOffset(
          chunks,
          chunk -> {
            ByteBuffer entries = chunk.entries();
            long landed = chunk.landedAtMillis();
            entries.getLong();
            switch (chunk.kind()) {
              case CLICK_ID -> load.remember(entries.getLong(), entries.getLong(), landed);
              case ADDRESS ->
                  load.rememberOfAddress(
                      entries.getLong(), entries.getInt(), entries.getInt(), landed);
              case USER ->
                  load.rememberOfUser(
                      entries.getLong(),
                      entries.getInt(),
                      entries.getInt(),
                      entries.getInt(),
                      landed);
            }
          });
      return Optional.of(load);
    }
  }

  private static List<Chunk> chunks(Iterator<Tuple2<Integer, byte[]>> packed) {
    List<Chunk> chunks = new ArrayList<>();
    packed.forEachRemaining(chunk -> chunks.add(Chunk.of(chunk._2())));
    Collections.sort(chunks);
    return chunks;
  }

  /** Reads the next entry of a chunk. */
  private interface Reader {
    void read(Chunk chunk);
  }

  private static void byOffset(List<Chunk> chunks, Reader reader) {
    for (int from = 0, to; from < chunks.size(); from = to) {
      to = from + 1;
      while (to < chunks.size() && chunks.get(from).isBeside(chunks.get(to))) {
        to++;
      }
      mergeByOffset(chunks.subList(from, to), reader);
    }
  }

  /**
   * Reads chunks of one landing and partition by offset. A landing has files of on-time and of
   * other clicks, so their chunks overlap.
   */
  private static void mergeByOffset(List<Chunk> chunks, Reader reader) {
    PriorityQueue<Chunk> byOffset = new PriorityQueue<>(Comparator.comparing(Chunk::offset));
    byOffset.addAll(chunks);
    while (!byOffset.isEmpty()) {
      Chunk chunk = byOffset.remove();
      long until = byOffset.isEmpty() ? Long.MAX_VALUE : byOffset.peek().offset();
      while (chunk.entries().hasRemaining() && chunk.offset() <= until) {
        reader.read(chunk);
      }
      if (chunk.entries().hasRemaining()) {
        byOffset.add(chunk);
      }
    }
  }

  /** Grows as marks come. */
  static final class MarkList {
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
