package io.clickledger.ingestion.spool;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The bytes of records in a segment: length and CRC32C of what follows, then the timestamp, the
 * length of the key, the key and the value.
 */
final class RecordFormat {

  private static final int HEAD_BYTES = 2 * Integer.BYTES;
  private static final int MIN_BODY_BYTES = Long.BYTES + Short.BYTES;

  /** More than a click may have: a length beyond it is damaged. */
  private static final int MAX_BODY_BYTES = 16 * 1024 * 1024;

  private RecordFormat() {}

  static ByteBuffer write(List<SpooledClick> clicks) {
    List<byte[]> keys =
        clicks.stream().map(click -> click.key().getBytes(StandardCharsets.UTF_8)).toList();
    int bytes = 0;
    for (int i = 0; i < clicks.size(); i++) {
      bytes += HEAD_BYTES + MIN_BODY_BYTES + keys.get(i).length + clicks.get(i).value().length;
    }
    ByteBuffer records = ByteBuffer.allocate(bytes);
    for (int i = 0; i < clicks.size(); i++) {
      SpooledClick click = clicks.get(i);
      byte[] key = keys.get(i);
      int begin = records.position();
      records.position(begin + HEAD_BYTES);
      records.putLong(click.timestamp()).putShort((short) key.length).put(key).put(click.value());
      int bodyBytes = records.position() - begin - HEAD_BYTES;
      records.putInt(begin, bodyBytes);
      records.putInt(begin + Integer.BYTES, checksum(records, begin + HEAD_BYTES, bodyBytes));
    }
    return records.flip();
  }

  /** Where the record at this place ends, or -1 if there is no whole and undamaged record. */
  static int end(ByteBuffer segment, int begin) {
    if (segment.limit() - begin < HEAD_BYTES + MIN_BODY_BYTES) {
      return -1;
    }
    int bodyBytes = segment.getInt(begin);
    if (bodyBytes < MIN_BODY_BYTES
        || bodyBytes > MAX_BODY_BYTES
        || bodyBytes > segment.limit() - begin - HEAD_BYTES
        || segment.getInt(begin + Integer.BYTES)
            != checksum(segment, begin + HEAD_BYTES, bodyBytes)) {
      return -1;
    }
    return begin + HEAD_BYTES + bodyBytes;
  }

  /** The place of the first whole and undamaged record from here on, or the end of the segment. */
  static int nextRecord(ByteBuffer segment, int begin) {
    int place = begin;
    while (place < segment.limit() && end(segment, place) < 0) {
      place++;
    }
    return place;
  }

  /** The record between the two places, of which {@link #end} gave the second one. */
  static SpooledClick read(ByteBuffer segment, int begin, int end) {
    ByteBuffer body = segment.duplicate().limit(end).position(begin + HEAD_BYTES);
    long timestamp = body.getLong();
    byte[] key = new byte[Short.toUnsignedInt(body.getShort())];
    body.get(key);
    byte[] value = new byte[body.remaining()];
    body.get(value);
    return new SpooledClick(timestamp, new String(key, StandardCharsets.UTF_8), value);
  }

  private static int checksum(ByteBuffer bytes, int begin, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.duplicate().limit(begin + length).position(begin));
    return (int) checksum.getValue();
  }
}
