package io.clickledger.sandbox.parts;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.RandomAccessFile;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A process that this program, or an earlier run of it, started: known by pid and start time, so
 * that a pid that the system gave to somebody else meanwhile is never touched.
 */
public final class OwnProcess implements AutoCloseable {

  private static final Duration GRACE = Duration.ofSeconds(20);
  // The system derives start times from ticks since a boot time of whole seconds.
  private static final Duration SAME_START = Duration.ofSeconds(2);
  private static final int LAST_LINES = 20;
  private static final int LAST_BYTES = 64 * 1024;

  private final String name;
  private final ProcessHandle handle;
  private final Process child;
  private final Path log;
  private final long logStart;
  private final Path pidFile;

  private OwnProcess(
      String name, ProcessHandle handle, Process child, Path log, long logStart, Path pidFile) {
    this.name = name;
    this.handle = handle;
    this.child = child;
    this.log = log;
    this.logStart = logStart;
    this.pidFile = pidFile;
  }

  static OwnProcess started(String name, Process child, Path log, long logStart, Path pidFile) {
    OwnProcess process = new OwnProcess(name, child.toHandle(), child, log, logStart, pidFile);
    if (pidFile != null) {
      process.writePidFile();
    }
    return process;
  }

  /** Returns the process that wrote this pid file, if it is still the same one and alive. */
  public static Optional<OwnProcess> running(Path pidFile) {
    if (!Files.exists(pidFile)) {
      return Optional.empty();
    }
    Properties written = new Properties();
    try (Reader reader = Files.newBufferedReader(pidFile)) {
      written.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + pidFile, e);
    }
    Instant startedAt = Instant.parse(written.getProperty("started-at"));
    return ProcessHandle.of(Long.parseLong(written.getProperty("pid")))
        .filter(handle -> isSame(handle, startedAt))
        .map(
            handle ->
                new OwnProcess(
                    written.getProperty("name"),
                    handle,
                    null,
                    Path.of(written.getProperty("log")),
                    Long.parseLong(written.getProperty("log-start", "0")),
                    pidFile));
  }

  private static boolean isSame(ProcessHandle handle, Instant startedAt) {
    return handle.isAlive()
        && handle
            .info()
            .startInstant()
            .map(start -> Duration.between(start, startedAt).abs().compareTo(SAME_START) <= 0)
            .orElse(false);
  }

  private void writePidFile() {
    Properties properties = new Properties();
    properties.setProperty("name", name);
    properties.setProperty("pid", Long.toString(pid()));
    properties.setProperty(
        "started-at", handle.info().startInstant().orElse(Instant.now()).toString());
    properties.setProperty("log", log.toString());
    properties.setProperty("log-start", Long.toString(logStart));
    try {
      Files.createDirectories(pidFile.getParent());
      try (Writer writer = Files.newBufferedWriter(pidFile)) {
        properties.store(writer, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("could not write " + pidFile, e);
    }
  }

  public String name() {
    return name;
  }

  public long pid() {
    return handle.pid();
  }

  public Path log() {
    return log;
  }

  public boolean isAlive() {
    return handle.isAlive();
  }

  /** Waits until the check says yes; fails at once when the process ends, and at the deadline. */
  public void awaitReady(Duration limit, BooleanSupplier check) {
    boolean ready = Waiting.until(limit, () -> !isAlive() || check.getAsBoolean());
    if (!isAlive()) {
      throw new StartException(name + " ended" + status() + " before it was ready" + lastWords());
    }
    if (!ready) {
      throw new StartException(
          "%s was not ready after %d s%s".formatted(name, limit.toSeconds(), lastWords()));
    }
  }

  /** Waits until a line of the log since this start begins with the given text; returns it. */
  public String awaitLine(Duration limit, String... beginnings) {
    awaitReady(limit, () -> line(beginnings).isPresent());
    return line(beginnings).orElseThrow();
  }

  /** Whether a line of the log since this start begins with the given text. */
  boolean hasSaid(String beginning) {
    return line(beginning).isPresent();
  }

  private Optional<String> line(String... beginnings) {
    return readLog(logStart)
        .lines()
        .filter(line -> Stream.of(beginnings).anyMatch(line::startsWith))
        .findFirst();
  }

  /** Writes a line to the process' input; only for a process that this program started itself. */
  void say(String line) {
    if (child == null) {
      throw new IllegalStateException(name + " was started by another program");
    }
    try {
      BufferedWriter writer =
          new BufferedWriter(
              new OutputStreamWriter(child.getOutputStream(), StandardCharsets.UTF_8));
      writer.write(line + "\n");
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("could not talk to " + this, e);
    }
  }

  /** Waits for the process' own end and returns its exit status. */
  public int awaitEnd(Duration limit) {
    if (child == null) {
      throw new IllegalStateException(name + " was started by another program");
    }
    try {
      if (!child.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
        throw new StartException(
            "%s did not end within %d s%s".formatted(name, limit.toSeconds(), lastWords()));
      }
      return child.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while waiting for " + name, e);
    }
  }

  /** Waits for the process' own end, however long it takes, and returns its exit status. */
  int awaitEnd() {
    try {
      return child.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while " + name + " ran", e);
    }
  }

  /** Waits for the process' own end; fails with its last words when its status is not 0. */
  public void awaitSuccess(Duration limit) {
    int status = awaitEnd(limit);
    deletePidFile();
    if (status != 0) {
      throw new StartException(name + " ended with status " + status + lastWords());
    }
  }

  /** Asks the process to end, then ends it and what it started; returns when all are gone. */
  public void stop() {
    stop(GRACE);
  }

  public void stop(Duration grace) {
    List<ProcessHandle> children = handle.descendants().toList();
    handle.destroy();
    if (!ended(handle, grace)) {
      handle.destroyForcibly();
      ended(handle, grace);
    }
    for (ProcessHandle orphan : children) {
      orphan.destroyForcibly();
      ended(orphan, grace);
    }
    deletePidFile();
  }

  /** Ends the process without asking, as a crash would. */
  public void kill() {
    List<ProcessHandle> family = Stream.concat(Stream.of(handle), handle.descendants()).toList();
    family.forEach(ProcessHandle::destroyForcibly);
    family.forEach(member -> ended(member, GRACE));
    deletePidFile();
  }

  @Override
  public void close() {
    stop();
  }

  private static boolean ended(ProcessHandle handle, Duration limit) {
    CompletableFuture<ProcessHandle> exit = handle.onExit();
    try {
      exit.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while stopping pid " + handle.pid(), e);
    }
  }

  private void deletePidFile() {
    if (pidFile != null) {
      try {
        Files.deleteIfExists(pidFile);
      } catch (IOException e) {
        throw new UncheckedIOException("could not delete " + pidFile, e);
      }
    }
  }

  /** Resident memory of the process and what it started, in bytes; 0 where the system is silent. */
  public long residentBytes() {
    return ResidentMemory.of(handle);
  }

  private String status() {
    return child == null || child.isAlive() ? "" : " with status " + child.exitValue();
  }

  private String lastWords() {
    long size = log.toFile().length();
    List<String> lines = readLog(Math.max(logStart, size - LAST_BYTES)).lines().toList();
    List<String> last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
    return last.isEmpty()
        ? "; its log " + log + " is empty"
        : "; the end of " + log + ":\n  " + String.join("\n  ", last);
  }

  private String readLog(long from) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long length = Math.max(0, file.length() - from);
      byte[] bytes = new byte[(int) Math.min(length, Integer.MAX_VALUE - 8)];
      file.seek(from);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + log, e);
    }
  }

  @Override
  public String toString() {
    return name + " (pid " + pid() + ", log " + log + ")";
  }
}
