package io.clickledger.sandbox.parts.process;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;

/** Where a process is noted for programs that look for it later. */
record PidFile(Path path) {

  /**
   * What it says.
   *
   * @param logStart how long the log was before the process wrote to it
   */
  record Entry(String name, long pid, Instant startedAt, Path log, long logStart) {}

  Optional<Entry> read() {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    Properties written = new Properties();
    try (Reader reader = Files.newBufferedReader(path)) {
      written.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + path, e);
    }
    return Optional.of(
        new Entry(
            written.getProperty("name"),
            Long.parseLong(written.getProperty("pid")),
            Instant.parse(written.getProperty("started-at")),
            Path.of(written.getProperty("log")),
            Long.parseLong(written.getProperty("log-start", "0"))));
  }

  /** Writes all of it at once: others read it at any time. */
  void write(Entry entry) {
    Properties properties = new Properties();
    properties.setProperty("name", entry.name());
    properties.setProperty("pid", Long.toString(entry.pid()));
    properties.setProperty("started-at", entry.startedAt().toString());
    properties.setProperty("log", entry.log().toString());
    properties.setProperty("log-start", Long.toString(entry.logStart()));
    Path unfinished = path.resolveSibling(path.getFileName() + ".new");
    try {
      Files.createDirectories(path.getParent());
      try (Writer writer = Files.newBufferedWriter(unfinished)) {
        properties.store(writer, null);
      }
      Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("could not write " + path, e);
    }
  }

  void delete() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("could not delete " + path, e);
    }
  }
}
