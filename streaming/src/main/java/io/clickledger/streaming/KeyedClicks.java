package io.clickledger.streaming;

import io.clickledger.rules.ClickHistory;
import io.clickledger.schemas.RawClicks;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Tuple2;

/**
 * Sends of each click what a history needs to know of it to the buckets that hold its past: one
 * entry by its click_id, one by its address, one by its user. Entries travel packed, a few bytes
 * each, in chunks of one kind and one landing: three shuffles of rows would cost ten times as much.
 */
final class KeyedClicks implements PairFlatMapFunction<Iterator<InternalRow>, Integer, byte[]> {
  private static final long serialVersionUID = 1L;

  /** Columns of raw.clicks, in the order in which they are read here. */
  static final Column[] READ =
      List.of(
              RawClicks.CLICK_ID,
              RawClicks.CLICKED_AT,
              RawClicks.AD_ID,
              RawClicks.IP_HASH,
              RawClicks.USER_HASH,
              RawClicks.KAFKA_PARTITION,
              RawClicks.KAFKA_OFFSET,
              RawClicks.LANDED_AT)
          .stream()
          .map(functions::col)
          .toArray(Column[]::new);

  private static final int CHUNK_BYTES = 1 << 16;
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long MICROS_PER_MILLI = 1_000;

  /** What an entry is keyed by. */
  enum Kind {
    CLICK_ID(2 * Long.BYTES),
    ADDRESS(Long.BYTES + 2 * Integer.BYTES),
    USER(Long.BYTES + 3 * Integer.BYTES);

    private static final Kind[] ALL = values();

    /** Bytes of an entry, its offset included. */
    final int entryBytes;

    Kind(int keyBytes) {
      this.entryBytes = Long.BYTES + keyBytes;
    }
  }

  private final int buckets;
  private final long secret;

  /**
   * @param secret makes the short hashes of click_ids something that no sender can aim at
   */
  KeyedClicks(int buckets, long secret) {
    this.buckets = buckets;
    this.secret = secret;
  }

  @Override
  public Iterator<Tuple2<Integer, byte[]>> call(Iterator<InternalRow> clicks) {
    return new Chunks(clicks, buckets, secret);
  }

  /** Entries of one kind, landing and partition, as they travel; offsets ascend. */
  record Chunk(Kind kind, long landedAtMillis, int partition, ByteBuffer entries)
      implements Comparable<Chunk> {
    static final int HEADER_BYTES = 1 + Long.BYTES + Integer.BYTES;

    static Chunk of(byte[] bytes) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      Kind kind = Kind.ALL[buffer.get()];
      return new Chunk(kind, buffer.getLong(), buffer.getInt(), buffer.slice());
    }

    /** Offset of the next entry. */
    long offset() {
      return entries.getLong(entries.position());
    }

    /** True where both are parts of what one landing has of one partition. */
    boolean isBeside(Chunk other) {
      return landedAtMillis == other.landedAtMillis
          && kind == other.kind
          && partition == other.partition;
    }

    @Override
    public int compareTo(Chunk other) {
      // Landing first: a history opens a slice for all kinds at once.
      int order = Long.compare(landedAtMillis, other.landedAtMillis);
      order = order == 0 ? kind.compareTo(other.kind) : order;
      order = order == 0 ? Integer.compare(partition, other.partition) : order;
      return order == 0 ? Long.compare(offset(), other.offset()) : order;
    }
  }

  /** Packs the clicks of one task. */
  private static final class Chunks implements Iterator<Tuple2<Integer, byte[]>> {
    private final Iterator<InternalRow> clicks;
    private final int buckets;
    private final long secret;
    private final ByteBuffer[][] open;
    private final Queue<Tuple2<Integer, byte[]>> full = new ArrayDeque<>();
    private long landedAtMillis;
    private int partition = -1;
    private long offset;

    Chunks(Iterator<InternalRow> clicks, int buckets, long secret) {
      this.clicks = clicks;
      this.buckets = buckets;
      this.secret = secret;
      this.open = new ByteBuffer[Kind.ALL.length][buckets];
    }

    @Override
    public boolean hasNext() {
      while (full.isEmpty() && clicks.hasNext()) {
        pack(clicks.next());
      }
      if (full.isEmpty()) {
        closeAll();
      }
      return !full.isEmpty();
    }

    @Override
    public Tuple2<Integer, byte[]> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("no more clicks");
      }
      return full.remove();
    }

    private void pack(InternalRow click) {
      long landed = Math.floorDiv(click.getLong(7), MICROS_PER_MILLI);
      if (landed != landedAtMillis || click.getInt(5) != partition || click.getLong(6) <= offset) {
        closeAll();
        landedAtMillis = landed;
        partition = click.getInt(5);
      }
      offset = click.getLong(6);

      UTF8String id = click.getUTF8String(0);
      long high = hex(id, 0, 18);
      long low = hex(id, 19, 36);
      entry(Kind.CLICK_ID, high ^ low).putLong(offset).putLong(high).putLong(low);

      int second = (int) Math.floorDiv(click.getLong(1), MICROS_PER_SECOND);
      int idHash = (int) (ClickHistory.mixed(ClickHistory.mixed(high ^ secret) ^ low) >>> 32);
      if (!click.isNullAt(3)) {
        long address = hex(click.getUTF8String(3), 0, 16);
        entry(Kind.ADDRESS, address).putLong(offset).putLong(address).putInt(second).putInt(idHash);
      }
      if (!click.isNullAt(4)) {
        long user = hex(click.getUTF8String(4), 0, 16);
        entry(Kind.USER, user)
            .putLong(offset)
            .putLong(user)
            .putInt(second)
            .putInt(idHash)
            .putInt(click.getUTF8String(2).hashCode());
      }
    }

    private ByteBuffer entry(Kind kind, long key) {
      int bucket = (int) Long.remainderUnsigned(spread(key), buckets);
      ByteBuffer chunk = open[kind.ordinal()][bucket];
      if (chunk != null && chunk.remaining() < kind.entryBytes) {
        close(kind, bucket);
        chunk = null;
      }
      if (chunk == null) {
        chunk = ByteBuffer.allocate(CHUNK_BYTES);
        chunk.put((byte) kind.ordinal()).putLong(landedAtMillis).putInt(partition);
        open[kind.ordinal()][bucket] = chunk;
      }
      return chunk;
    }

    private void closeAll() {
      for (Kind kind : Kind.ALL) {
        for (int bucket = 0; bucket < buckets; bucket++) {
          close(kind, bucket);
        }
      }
    }

    private void close(Kind kind, int bucket) {
      ByteBuffer chunk = open[kind.ordinal()][bucket];
      if (chunk != null) {
        full.add(new Tuple2<>(bucket, Arrays.copyOf(chunk.array(), chunk.position())));
        open[kind.ordinal()][bucket] = null;
      }
    }

    /** Hex digits as a number, dashes left out. */
    private static long hex(UTF8String text, int from, int to) {
      Object base = text.getBaseObject();
      long start = text.getBaseOffset();
      long value = 0;
      for (int i = from; i < to; i++) {
        byte c = Platform.getByte(base, start + i);
        if (c != '-') {
          value = value << 4 | (c <= '9' ? c - '0' : c - 'a' + 10);
        }
      }
      return value;
    }

    /** Buckets must not go by the bits that the tables inside a bucket go by. */
    private static long spread(long bits) {
      return (bits ^ bits >>> 29) * 0x9e3779b97f4a7c15L;
    }
  }
}
