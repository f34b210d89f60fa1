package io.clickledger.rules.history;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * Numbers on their way out of a slice, through a buffer that is handed over whenever it is full.
 */
final class SliceOutput {
  private static final int BUFFER_BYTES = 1 << 18;

  private final Consumer<ByteBuffer> out;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  SliceOutput(Consumer<ByteBuffer> out) {
    this.out = out;
  }

  void write(long value) {
    if (buffer.remaining() < Long.BYTES) {
      flush();
    }
    buffer.putLong(value);
  }

  /** Writes how many values there are, and the values. */
  void write(long[] values) {
    write(values.length);
    for (int from = 0; from < values.length; ) {
      int fit = fit(values.length - from, Long.BYTES);
      buffer.asLongBuffer().put(values, from, fit);
      buffer.position(buffer.position() + fit * Long.BYTES);
      from += fit;
    }
  }

  /** Writes how many values there are, and the values. */
  void write(int[] values) {
    write(values.length);
    for (int from = 0; from < values.length; ) {
      int fit = fit(values.length - from, Integer.BYTES);
      buffer.asIntBuffer().put(values, from, fit);
      buffer.position(buffer.position() + fit * Integer.BYTES);
      from += fit;
    }
  }

  void flush() {
    buffer.flip();
    if (buffer.hasRemaining()) {
      out.accept(buffer);
    }
    buffer.clear();
  }

  private int fit(int values, int bytes) {
    if (buffer.remaining() < bytes) {
      flush();
    }
    return Math.min(values, buffer.remaining() / bytes);
  }
}
