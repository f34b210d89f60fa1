package io.clickledger.rules.history;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Slices as bytes. */
final class WrittenSlices {
  static final long SECRET = 42;

  private WrittenSlices() {}

  static byte[] bytes(ClickSlice slice) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    slice.write(
        buffer -> {
          byte[] part = new byte[buffer.remaining()];
          buffer.get(part);
          bytes.writeBytes(part);
        });
    return bytes.toByteArray();
  }

  static ClickSlice read(byte[] bytes) {
    ByteBuffer all = ByteBuffer.wrap(bytes);
    return ClickSlice.read(
        buffer -> {
          int length = buffer.remaining();
          buffer.put(all.slice(all.position(), length));
          all.position(all.position() + length);
        },
        bytes.length,
        SECRET);
  }
}
