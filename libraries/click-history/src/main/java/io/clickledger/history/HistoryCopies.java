package io.clickledger.history;

import io.clickledger.history.CopyHeader.UnusableCopyException;
import io.clickledger.rules.history.ClickSlice;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder with copies of histories on the local disk of each executor: of each bucket a file for
 * each slice of the window that is over. Any of them may be missing or damaged: raw.clicks has what
 * they have. They hold hashes of people, so nobody else may read them, and what no start can use is
 * deleted.
 *
 * @param folder empty where no copies are kept
 */
public record HistoryCopies(String folder, Identity identity) implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryCopies.class);
  private static final Pattern FILE =
      Pattern.compile("bucket-(\\d+)-slice-(\\d+)\\.(copy|\\S+tmp)");

  /**
   * What a copy and who reads it must have in common.
   *
   * @param buckets how many buckets there are
   * @param keyId a number that changes with the histories' secret
   * @param tableHigh of the UUID of raw.clicks
   * @param tableLow of the UUID of raw.clicks
   */
  record Identity(int buckets, long windowMillis, long keyId, long tableHigh, long tableLow)
      implements Serializable {}

  public static HistoryCopies of(
      Path folder, int buckets, long windowMillis, long keyId, UUID table) {
    return new HistoryCopies(
        folder.toAbsolutePath().toString(),
        new Identity(
            buckets,
            windowMillis,
            keyId,
            table.getMostSignificantBits(),
            table.getLeastSignificantBits()));
  }

  static HistoryCopies none() {
    return new HistoryCopies("", new Identity(0, 0, 0, 0, 0));
  }

  boolean areKept() {
    return !folder.isEmpty();
  }

  /** Writes the slice: afterwards it is there as a whole, or not at all. */
  public void write(int bucket, ClickSlice slice) throws IOException {
    Files.createDirectories(Path.of(folder), only("rwx------"));
    Path file = file(bucket, slice.index());
    Path unfinished = Path.of(file + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel out =
          FileChannel.open(
              unfinished,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              only("rw-------"))) {
        out.position(CopyHeader.BYTES);
        CRC32C checksum = new CRC32C();
        slice.write(
            buffer -> {
              checksum.update(buffer.duplicate());
              writeFully(out, buffer);
            });
        CopyHeader header =
            new CopyHeader(
                identity,
                bucket,
                slice.index(),
                slice.clicks(),
                slice.landings(),
                out.position() - CopyHeader.BYTES,
                (int) checksum.getValue());
        out.position(0);
        writeFully(out, header.encode());
      }
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /**
   * Reads a slice.
   *
   * @throws UnusableCopyException where it is not the bucket's, or damaged
   */
  ClickSlice read(int bucket, long slice, long secret) throws IOException {
    Path file = file(bucket, slice);
    try (FileChannel in = FileChannel.open(file)) {
      CopyHeader header = header(in, file);
      CRC32C checksum = new CRC32C();
      ClickSlice read = ClickSlice.read(reader(in, checksum), header.bodyBytes(), secret);
      if ((int) checksum.getValue() != header.bodyChecksum()) {
        throw new UnusableCopyException("its checksum is wrong");
      }
      return read;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new UnusableCopyException("it is damaged: " + e.getMessage());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * The headers of the copies that are here and may be used; others are deleted.
   *
   * @param firstSlice no earlier one is of use
   */
  List<CopyHeader> list(long firstSlice) {
    List<CopyHeader> headers = new ArrayList<>();
    for (Path file : files()) {
      try (FileChannel in = FileChannel.open(file)) {
        CopyHeader header = header(in, file);
        if (header.slice() < firstSlice) {
          delete(file);
        } else {
          headers.add(header);
        }
      } catch (NoSuchFileException e) {
        LOG.debug("copy {} is gone", file);
      } catch (UnusableCopyException | IOException e) {
        LOG.warn("copy {} is not used: {}", file, e.getMessage());
        delete(file);
      }
    }
    return headers;
  }

  /** Deletes copies of all buckets that no start can use any more. */
  void deleteBefore(long firstSlice) {
    for (Path file : files()) {
      Matcher name = FILE.matcher(file.getFileName().toString());
      if (name.matches() && Long.parseLong(name.group(2)) < firstSlice) {
        delete(file);
      }
    }
  }

  private List<Path> files() {
    Path all = Path.of(folder);
    if (!Files.isDirectory(all)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(all)) {
      return files
          .filter(file -> FILE.matcher(file.getFileName().toString()).matches())
          .sorted()
          .toList();
    } catch (IOException e) {
      LOG.warn("copies of histories in {} cannot be listed: {}", folder, e.toString());
      return List.of();
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("copy {} cannot be deleted: {}", file, e.toString());
    }
  }

  private Path file(int bucket, long slice) {
    return Path.of(folder, "bucket-%d-slice-%d.copy".formatted(bucket, slice));
  }

  private CopyHeader header(FileChannel in, Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(CopyHeader.BYTES);
    while (bytes.hasRemaining() && in.read(bytes) >= 0) {
      // Until all is there, or the file ends.
    }
    CopyHeader header = CopyHeader.decode(bytes.flip());
    if (!header.identity().equals(identity)) {
      throw new UnusableCopyException(
          "it is of other histories: %s, not %s".formatted(header.identity(), identity));
    }
    if (!file.equals(file(header.bucket(), header.slice()))) {
      throw new UnusableCopyException("it has the name of another one");
    }
    if (in.size() != CopyHeader.BYTES + header.bodyBytes()) {
      throw new UnusableCopyException(
          "it must have %d bytes, has %d"
              .formatted(CopyHeader.BYTES + header.bodyBytes(), in.size()));
    }
    return header;
  }

  private static Consumer<ByteBuffer> reader(FileChannel in, CRC32C checksum) {
    return buffer -> {
      ByteBuffer read = buffer.duplicate();
      try {
        while (buffer.hasRemaining()) {
          if (in.read(buffer) < 0) {
            throw new EOFException("the file ended");
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      checksum.update(read);
    };
  }

  private static void writeFully(FileChannel out, ByteBuffer buffer) {
    try {
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileAttribute<?>[] only(String permissions) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
