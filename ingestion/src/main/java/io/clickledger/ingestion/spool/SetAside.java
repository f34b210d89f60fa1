package io.clickledger.ingestion.spool;

import io.clickledger.ingestion.metrics.IngestionMetrics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What cannot be sent from a spool, in files that this program never deletes: damaged bytes as they
 * were, and clicks that Kafka refuses for good as lines of key, tab, value.
 */
final class SetAside {

  private static final Logger LOG = LoggerFactory.getLogger(SetAside.class);

  private final Path folder;
  private final IngestionMetrics metrics;
  private volatile long bytes;

  SetAside(Path folder, IngestionMetrics metrics) throws IOException {
    this.folder = folder;
    this.metrics = metrics;
    SpoolFiles.createFolder(folder);
    measure();
  }

  /** Bytes of the files when they were last measured. */
  long bytes() {
    return bytes;
  }

  /** Measures the files again: a person may have taken some away. */
  long measure() throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = listed.toList();
    }
    long sum = 0;
    for (Path file : files) {
      sum += Files.size(file);
    }
    bytes = sum;
    return sum;
  }

  void damaged(Path segment, int begin, ByteBuffer damaged) throws IOException {
    int length = damaged.remaining();
    Path file = folder.resolve("%s.at-%d.damaged".formatted(segment.getFileName(), begin));
    try (FileChannel channel =
        SpoolFiles.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      SpoolFiles.writeAll(channel, damaged);
      channel.force(true);
    }
    finish();
    LOG.error(
        "{} bytes from byte {} of {} are damaged and were set aside as {}",
        length,
        begin,
        segment,
        file);
  }

  void refused(Path segment, SpooledClick click, Exception reason) throws IOException {
    Path file =
        folder.resolve(
            "%s.%s.tsv".formatted(segment.getFileName(), reason.getClass().getSimpleName()));
    byte[] key = (click.key() + "\t").getBytes(StandardCharsets.UTF_8);
    ByteBuffer line = ByteBuffer.allocate(key.length + click.value().length + 1);
    line.put(key).put(click.value()).put((byte) '\n').flip();
    try (FileChannel channel =
        SpoolFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      SpoolFiles.writeAll(channel, line);
      channel.force(true);
    }
    finish();
    LOG.error(
        "Kafka refuses click {} ({}), which was set aside in {}",
        click.key(),
        reason.toString(),
        file);
  }

  private void finish() throws IOException {
    SpoolFiles.forceFolder(folder);
    measure();
    metrics.setAside(1);
  }
}
