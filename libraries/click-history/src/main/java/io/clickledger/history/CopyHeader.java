package io.clickledger.history;

import io.clickledger.rules.history.ClickSlice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The beginning of a file with a slice of a history: whose it is, what of raw.clicks is in it, and
 * the checksum of what follows.
 *
 * @param clicks how many clicks of raw.clicks landed in the slice, of the bucket's click_ids
 * @param landings the sum of {@link ClickSlice#landing} of them
 * @param bodyBytes how long the slice is that follows
 * @param bodyChecksum its CRC32C
 */
record CopyHeader(
    HistoryCopies.Identity identity,
    int bucket,
    long slice,
    long clicks,
    long landings,
    long bodyBytes,
    int bodyChecksum) {
  private static final int NUMBERS = 13;

  /** How long a header is, its own checksum included. */
  static final int BYTES = NUMBERS * Long.BYTES;

  private static final long MAGIC = 0x6563696c736b6c63L;

  /** Raise it where what histories are fed changes; {@link ClickSlice#FORMAT} says how they are. */
  static final long FORMAT = 1;

  ByteBuffer encode() {
    ByteBuffer bytes =
        ByteBuffer.allocate(BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(MAGIC)
            .putLong(FORMAT << Integer.SIZE | ClickSlice.FORMAT)
            .putLong(identity.buckets())
            .putLong(identity.windowMillis())
            .putLong(identity.keyId())
            .putLong(identity.tableHigh())
            .putLong(identity.tableLow())
            .putLong((long) bucket << Integer.SIZE | Integer.toUnsignedLong(bodyChecksum))
            .putLong(slice)
            .putLong(clicks)
            .putLong(landings)
            .putLong(bodyBytes);
    return bytes.putLong(checksum(bytes)).flip();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws UnusableCopyException where it is of another format or damaged
   */
  static CopyHeader decode(ByteBuffer bytes) {
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.remaining() < BYTES || bytes.getLong(0) != MAGIC) {
      throw new UnusableCopyException("it is not a copy of a history");
    }
    if (bytes.getLong(Long.BYTES) != (FORMAT << Integer.SIZE | ClickSlice.FORMAT)) {
      throw new UnusableCopyException("it is of another format");
    }
    if (bytes.getLong(BYTES - Long.BYTES) != checksum(bytes)) {
      throw new UnusableCopyException("the checksum of its header is wrong");
    }
    bytes.position(2 * Long.BYTES);
    HistoryCopies.Identity identity =
        new HistoryCopies.Identity(
            (int) bytes.getLong(),
            bytes.getLong(),
            bytes.getLong(),
            bytes.getLong(),
            bytes.getLong());
    long bucketAndChecksum = bytes.getLong();
    return new CopyHeader(
        identity,
        (int) (bucketAndChecksum >>> Integer.SIZE),
        bytes.getLong(),
        bytes.getLong(),
        bytes.getLong(),
        bytes.getLong(),
        (int) bucketAndChecksum);
  }

  private static long checksum(ByteBuffer bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.array(), 0, BYTES - Long.BYTES);
    return checksum.getValue();
  }

  /** A file that no history may start from. */
  static final class UnusableCopyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableCopyException(String message) {
      super(message);
    }
  }
}
