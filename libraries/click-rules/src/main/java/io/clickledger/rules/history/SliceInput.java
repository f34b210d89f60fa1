package io.clickledger.rules.history;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/** What a {@link SliceOutput} wrote. It reads no further than the bytes that there are. */
final class SliceInput {
  private static final int BUFFER_BYTES = 1 << 18;

  private final Consumer<ByteBuffer> in;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);

  /** Bytes that are not in the buffer yet. */
  private long unread;

  /**
   * @param in fills the buffer that it is given up to its limit
   * @param bytes how many there are
   */
  SliceInput(Consumer<ByteBuffer> in, long bytes) {
    this.in = in;
    this.unread = bytes;
  }

  long read() {
    fill(Long.BYTES);
    return buffer.getLong();
  }

  long[] readLongs() {
    long[] values = new long[length(Long.BYTES)];
    for (int from = 0; from < values.length; ) {
      int there = Math.min(values.length - from, fill(Long.BYTES) / Long.BYTES);
      buffer.asLongBuffer().get(values, from, there);
      buffer.position(buffer.position() + there * Long.BYTES);
      from += there;
    }
    return values;
  }

  int[] readInts() {
    int[] values = new int[length(Integer.BYTES)];
    for (int from = 0; from < values.length; ) {
      int there = Math.min(values.length - from, fill(Integer.BYTES) / Integer.BYTES);
      buffer.asIntBuffer().get(values, from, there);
      buffer.position(buffer.position() + there * Integer.BYTES);
      from += there;
    }
    return values;
  }

  /**
   * @throws IllegalArgumentException where something is left
   */
  void requireEnd() {
    if (unread + buffer.remaining() > 0) {
      throw new IllegalArgumentException(
          "the slice must end there, but has %d more bytes".formatted(unread + buffer.remaining()));
    }
  }

  /** The length of an array that follows; one that is damaged must not take all memory. */
  private int length(int bytes) {
    long length = read();
    if (length < 0 || length > (unread + buffer.remaining()) / bytes) {
      throw new IllegalArgumentException(
          "an array must fit in the %d bytes left, was %d long"
              .formatted(unread + buffer.remaining(), length));
    }
    return Math.toIntExact(length);
  }

  /** Sees to it that so many bytes are in the buffer, and says how many are. */
  private int fill(int bytes) {
    if (buffer.remaining() < bytes) {
      buffer.compact();
      int there = buffer.position();
      buffer.limit((int) Math.min(buffer.capacity(), there + unread));
      unread -= buffer.limit() - there;
      in.accept(buffer);
      buffer.flip();
    }
    if (buffer.remaining() < bytes) {
      throw new IllegalArgumentException("the slice ends too early");
    }
    return buffer.remaining();
  }
}
