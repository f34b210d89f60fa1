package io.clickledger.history;

import io.clickledger.rules.history.ClickHistory;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Tuple2;

/**
 * Extracts from each click, a row of {@link ClickBatch}, the entries that histories need and
 * assigns them to buckets: one entry by click_id, one by address, one by user. Entries are shuffled
 * in packed form, a few bytes each, in chunks of one kind and one landing: three shuffles of rows
 * would cost ten times as much.
 */
final class KeyedClicks implements PairFlatMapFunction<Iterator<InternalRow>, Integer, byte[]> {
  private static final long serialVersionUID = 1L;

  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long MICROS_PER_MILLI = 1_000;

  /** What an entry is keyed by. */
  enum Kind {
    CLICK_ID(2 * Long.BYTES) {
      @Override
      void put(ByteBuffer chunk, long high, long low, long unused) {
        chunk.putLong(high).putLong(low);
      }
    },
    ADDRESS(Long.BYTES + 2 * Integer.BYTES) {
      @Override
      void put(ByteBuffer chunk, long address, long secondAndClick, long unused) {
        chunk.putLong(address).putLong(secondAndClick);
      }
    },
    USER(Long.BYTES + 3 * Integer.BYTES) {
      @Override
      void put(ByteBuffer chunk, long user, long secondAndClick, long ad) {
        chunk.putLong(user).putLong(secondAndClick).putInt((int) ad);
      }
    };

    static final Kind[] ALL = values();

    /** Bytes of an entry, its offset included. */
    final int entryBytes;

    Kind(int keyBytes) {
      this.entryBytes = Long.BYTES + keyBytes;
    }

    /** Writes an entry behind its offset. */
    abstract void put(ByteBuffer chunk, long first, long second, long third);
  }

  private final int buckets;
  private final long secret;

  /**
   * @param secret key of the hashes of click_ids and ads, so that no sender can choose colliding
   *     ones
   */
  KeyedClicks(int buckets, long secret) {
    this.buckets = buckets;
    this.secret = secret;
  }

  @Override
  public Iterator<Tuple2<Integer, byte[]>> call(Iterator<InternalRow> clicks) {
    return new Chunks(clicks, buckets, secret);
  }

  /**
   * Entries of one kind, landing and partition in the form in which they are shuffled, by ascending
   * offset.
   */
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

    /** Whether both chunks are of the same landing and Kafka partition. */
    boolean isBeside(Chunk other) {
      return landedAtMillis == other.landedAtMillis
          && kind == other.kind
          && partition == other.partition;
    }

    @Override
    public int compareTo(Chunk other) {
      // By landing first, because a history opens a time slice for all kinds at once.
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
    private final KeyedHash hash;
    private final KeyedEntries entries;

    Chunks(Iterator<InternalRow> clicks, int buckets, long secret) {
      this.clicks = clicks;
      this.buckets = buckets;
      this.secret = secret;
      this.hash = new KeyedHash(secret);
      this.entries = new KeyedEntries(buckets);
    }

    @Override
    public boolean hasNext() {
      if (entries.hasChunks()) {
        return true;
      }
      while (clicks.hasNext() && !entries.isFull()) {
        add(clicks.next());
      }
      if (entries.isEmpty()) {
        return false;
      }
      entries.sort();
      return true;
    }

    @Override
    public Tuple2<Integer, byte[]> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("no more clicks");
      }
      return entries.nextChunk();
    }

    private void add(InternalRow click) {
      entries.from(
          Math.floorDiv(click.getLong(ClickBatch.LANDED_AT), MICROS_PER_MILLI),
          click.getInt(ClickBatch.KAFKA_PARTITION));
      long offset = click.getLong(ClickBatch.KAFKA_OFFSET);
      UTF8String id = click.getUTF8String(ClickBatch.CLICK_ID);
      long high = hex(id, 0, 18);
      long low = hex(id, 19, 36);
      long idHash = hash.of(high, low);
      entries.add(Kind.CLICK_ID, bucket(idHash), offset, high, low, 0);

      long second = Math.floorDiv(click.getLong(ClickBatch.CLICKED_AT), MICROS_PER_SECOND);
      long secondAndClick = second << Integer.SIZE | idHash >>> Integer.SIZE;
      if (!click.isNullAt(ClickBatch.IP_HASH)) {
        long address = hex(click.getUTF8String(ClickBatch.IP_HASH), 0, 16);
        entries.add(Kind.ADDRESS, bucketOfHash(address), offset, address, secondAndClick, 0);
      }
      if (!click.isNullAt(ClickBatch.USER_HASH)) {
        long user = hex(click.getUTF8String(ClickBatch.USER_HASH), 0, 16);
        long ad = hash.of(click.getUTF8String(ClickBatch.AD_ID));
        entries.add(Kind.USER, bucketOfHash(user), offset, user, secondAndClick, ad);
      }
    }

    /**
     * For a value that is a keyed hash already; uses other bits than the hash tables inside a
     * bucket.
     */
    private int bucketOfHash(long bits) {
      return bucket(ClickHistory.mixed(bits ^ secret));
    }

    private int bucket(long bits) {
      return Integer.remainderUnsigned((int) bits, buckets);
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
  }
}
