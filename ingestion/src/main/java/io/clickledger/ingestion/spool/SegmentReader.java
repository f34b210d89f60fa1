package io.clickledger.ingestion.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the clicks of one segment in their order; damaged bytes between them are set aside. */
public final class SegmentReader {

  private static final int CHUNK_BYTES = 1024 * 1024;

  private final Path file;
  private final SetAside setAside;
  private final ByteBuffer segment;

  SegmentReader(Path file, long length, SetAside setAside) throws IOException {
    this.file = file;
    this.setAside = setAside;
    byte[] bytes = Files.readAllBytes(file);
    // Behind the length is what was written, but never acknowledged.
    this.segment = ByteBuffer.wrap(bytes, 0, (int) Math.min(bytes.length, length));
  }

  /** The next clicks, about a mebibyte of them; none at the end of the segment. */
  public List<SpooledClick> next() throws IOException {
    List<SpooledClick> clicks = new ArrayList<>();
    int bytes = 0;
    while (segment.hasRemaining() && bytes < CHUNK_BYTES) {
      int begin = segment.position();
      int end = RecordFormat.end(segment, begin);
      if (end >= 0) {
        clicks.add(RecordFormat.read(segment, begin, end));
        segment.position(end);
        bytes += end - begin;
      } else {
        int next = RecordFormat.nextRecord(segment, begin);
        setAside.damaged(file, begin, segment.duplicate().limit(next));
        segment.position(next);
      }
    }
    return clicks;
  }

  /** Keeps a click of this segment that Kafka refuses for good. */
  public void setAside(SpooledClick click, Exception reason) throws IOException {
    setAside.refused(file, click, reason);
  }

  Path file() {
    return file;
  }
}
