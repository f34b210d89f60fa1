package io.clickledger.sandbox.parts.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one start of a process has written.
 *
 * @param start where that begins in the file
 */
record ProcessLog(Path path, long start) {

  private static final int LAST_LINES = 20;
  private static final int LAST_BYTES = 64 * 1024;

  /** The first line that begins with one of these texts. */
  Optional<String> line(String... beginnings) {
    return read(start)
        .lines()
        .filter(line -> Stream.of(beginnings).anyMatch(line::startsWith))
        .findFirst();
  }

  /** Its last lines, as the end of a sentence about a failure. */
  String lastLines() {
    long size = path.toFile().length();
    List<String> lines = read(Math.max(start, size - LAST_BYTES)).lines().toList();
    List<String> last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
    return last.isEmpty()
        ? "; its log " + path + " is empty"
        : "; the end of " + path + ":\n  " + String.join("\n  ", last);
  }

  private String read(long from) {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      long length = Math.max(0, file.length() - from);
      byte[] bytes = new byte[(int) Math.min(length, Integer.MAX_VALUE - 8)];
      file.seek(from);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + path, e);
    }
  }
}
