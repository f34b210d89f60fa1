package io.clickledger.history;

import io.clickledger.history.KeyedClicks.Chunk;
import io.clickledger.history.KeyedClicks.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import scala.Tuple2;

/**
 * A bounded buffer of entries that are packed into chunks. Entries are collected in any order and
 * then sorted, so that memory depends on their number and not on the number of buckets, landings or
 * partitions. When the buffer is full, the caller packs all entries before adding more.
 */
final class KeyedEntries {
  static final int MAX_ENTRIES = 1 << 16;

  private static final int MIN_ENTRIES = 1 << 6;

  /** Of an entry: its offset and at most three more. */
  private static final int WORDS = 4;

  private static final int NONE = -1;

  private final int buckets;
  private long[] words = new long[MIN_ENTRIES * WORDS];

  /** Of an entry: kind times buckets, plus bucket. */
  private int[] groups = new int[MIN_ENTRIES];

  /** Of an entry: the number of its source. */
  private int[] sources = new int[MIN_ENTRIES];

  private int size;

  private final List<Source> sourceList = new ArrayList<>();
  private final Map<Source, Integer> sourceNumbers = new HashMap<>();
  private int lastSource = NONE;

  /** The entries by group, source and offset; null while they are collected. */
  private int[] sorted;

  /** How many of the sorted ones are in chunks already. */
  private int packed;

  /** What one landing has of one partition. */
  private record Source(long landedAtMillis, int partition) {}

  KeyedEntries(int buckets) {
    this.buckets = buckets;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Whether the entries of one more click might not fit. */
  boolean isFull() {
    return size > MAX_ENTRIES - Kind.ALL.length;
  }

  /** Sets the landing and partition of the entries that are added next. */
  void from(long landedAtMillis, int partition) {
    if (lastSource != NONE) {
      Source last = sourceList.get(lastSource);
      if (last.landedAtMillis == landedAtMillis && last.partition == partition) {
        return;
      }
    }
    lastSource =
        sourceNumbers.computeIfAbsent(
            new Source(landedAtMillis, partition),
            source -> {
              sourceList.add(source);
              return sourceList.size() - 1;
            });
  }

  /** Adds an entry; its {@link Kind} determines which of the words are used. */
  void add(Kind kind, int bucket, long offset, long first, long second, long third) {
    if (size == groups.length) {
      int places = Math.min(2 * size, MAX_ENTRIES);
      words = Arrays.copyOf(words, places * WORDS);
      groups = Arrays.copyOf(groups, places);
      sources = Arrays.copyOf(sources, places);
    }
    int at = size * WORDS;
    words[at] = offset;
    words[at + 1] = first;
    words[at + 2] = second;
    words[at + 3] = third;
    groups[size] = kind.ordinal() * buckets + bucket;
    sources[size++] = lastSource;
  }

  /** Whether there are entries that wait for {@link #nextChunk}. */
  boolean hasChunks() {
    return sorted != null;
  }

  /** Ends collecting until all entries are packed into chunks. */
  void sort() {
    int[] ends = new int[Kind.ALL.length * buckets + 1];
    for (int i = 0; i < size; i++) {
      ends[groups[i] + 1]++;
    }
    for (int group = 1; group < ends.length; group++) {
      ends[group] += ends[group - 1];
    }
    sorted = new int[size];
    for (int i = 0; i < size; i++) {
      sorted[ends[groups[i]]++] = i;
    }
    for (int from = 0, to; from < size; from = to) {
      to = ends[groups[sorted[from]]];
      sortBySourceAndOffset(from, to);
    }
    packed = 0;
  }

  /** The next chunk and its bucket. */
  Tuple2<Integer, byte[]> nextChunk() {
    int from = packed;
    int first = sorted[from];
    while (packed < size
        && groups[sorted[packed]] == groups[first]
        && sources[sorted[packed]] == sources[first]) {
      packed++;
    }
    Kind kind = Kind.ALL[groups[first] / buckets];
    Source source = sourceList.get(sources[first]);
    ByteBuffer chunk =
        ByteBuffer.allocate(Chunk.HEADER_BYTES + (packed - from) * kind.entryBytes)
            .put((byte) kind.ordinal())
            .putLong(source.landedAtMillis)
            .putInt(source.partition);
    for (int i = from; i < packed; i++) {
      int at = sorted[i] * WORDS;
      kind.put(chunk.putLong(words[at]), words[at + 1], words[at + 2], words[at + 3]);
    }
    int bucket = groups[first] % buckets;
    if (packed == size) {
      clear();
    }
    return new Tuple2<>(bucket, chunk.array());
  }

  private void clear() {
    size = 0;
    sorted = null;
    sourceList.clear();
    sourceNumbers.clear();
    lastSource = NONE;
  }

  /** Files are written by offset, so nearly always there is nothing to do. */
  private void sortBySourceAndOffset(int from, int to) {
    int i = from + 1;
    while (i < to && compare(sorted[i - 1], sorted[i]) <= 0) {
      i++;
    }
    if (i < to) {
      int[] inOrder =
          Arrays.stream(sorted, from, to)
              .boxed()
              .sorted(this::compare)
              .mapToInt(Integer::intValue)
              .toArray();
      System.arraycopy(inOrder, 0, sorted, from, inOrder.length);
    }
  }

  private int compare(int one, int other) {
    int bySource = Integer.compare(sources[one], sources[other]);
    return bySource == 0 ? Long.compare(words[one * WORDS], words[other * WORDS]) : bySource;
  }
}
