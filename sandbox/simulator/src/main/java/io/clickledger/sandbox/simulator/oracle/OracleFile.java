package io.clickledger.sandbox.simulator.oracle;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Appends a line for each answered record; safe for use by many threads. */
public final class OracleFile implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whoever kills the simulator finds all but the last lines. */
  private static final long FLUSH_EVERY_NANOS = 500_000_000;

  private final Optional<BufferedWriter> writer;
  private long flushedAt = System.nanoTime();

  public OracleFile(Optional<Path> file) {
    this.writer = file.map(OracleFile::open);
  }

  public synchronized void add(OracleEntry entry) {
    if (writer.isEmpty()) {
      return;
    }
    try {
      writer.get().write(JSON.writeValueAsString(entry));
      writer.get().newLine();
      if (System.nanoTime() - flushedAt > FLUSH_EVERY_NANOS) {
        writer.get().flush();
        flushedAt = System.nanoTime();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing the oracle", e);
    }
  }

  private static BufferedWriter open(Path file) {
    try {
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
      return Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("opening oracle " + file, e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      if (writer.isPresent()) {
        writer.get().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("closing the oracle", e);
    }
  }
}
