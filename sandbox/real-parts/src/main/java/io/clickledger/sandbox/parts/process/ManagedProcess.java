package io.clickledger.sandbox.parts.process;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A process that this program or an earlier run of it started. It is identified by pid and start
 * time, so that a reused pid is never taken for it.
 */
public final class ManagedProcess implements AutoCloseable {

  private static final Duration GRACE_PERIOD = Duration.ofSeconds(20);
  // The system derives start times from ticks since a boot time of whole seconds.
  private static final Duration SAME_START = Duration.ofSeconds(2);
  private static final Duration MAX_STATUS_WAIT = Duration.ofSeconds(2);

  private final String name;
  private final ProcessHandle handle;
  private final Process child;
  private final ProcessLog log;
  private final PidFile pidFile;

  private ManagedProcess(
      String name, ProcessHandle handle, Process child, ProcessLog log, PidFile pidFile) {
    this.name = name;
    this.handle = handle;
    this.child = child;
    this.log = log;
    this.pidFile = pidFile;
  }

  static ManagedProcess started(String name, Process child, Path log, long logStart, Path pidFile) {
    ProcessHandle handle = child.toHandle();
    PidFile file = pidFile == null ? null : new PidFile(pidFile);
    if (file != null) {
      Instant startedAt = handle.info().startInstant().orElse(Instant.now());
      file.write(new PidFile.Entry(name, handle.pid(), startedAt, log, logStart));
    }
    return new ManagedProcess(name, handle, child, new ProcessLog(log, logStart), file);
  }

  /** Returns the process that this pid file names, if it is still the same one and alive. */
  public static Optional<ManagedProcess> running(Path pidFile) {
    PidFile file = new PidFile(pidFile);
    return file.read()
        .flatMap(
            entry ->
                ProcessHandle.of(entry.pid())
                    .filter(handle -> isSame(handle, entry.startedAt()))
                    .map(
                        handle ->
                            new ManagedProcess(
                                entry.name(),
                                handle,
                                null,
                                new ProcessLog(entry.log(), entry.logStart()),
                                file)));
  }

  private static boolean isSame(ProcessHandle handle, Instant startedAt) {
    return Liveness.isAlive(handle)
        && handle
            .info()
            .startInstant()
            .map(start -> Duration.between(start, startedAt).abs().compareTo(SAME_START) <= 0)
            .orElse(false);
  }

  public String name() {
    return name;
  }

  public long pid() {
    return handle.pid();
  }

  public Path log() {
    return log.path();
  }

  public boolean isAlive() {
    return Liveness.isAlive(handle);
  }

  /** How it ended; known only of a process that this program started itself. */
  public OptionalInt exitStatus() {
    return child == null || child.isAlive()
        ? OptionalInt.empty()
        : OptionalInt.of(child.exitValue());
  }

  /** Waits until the check says yes; fails at once when the process ends, and at the deadline. */
  public void awaitReady(Duration limit, BooleanSupplier check) {
    boolean ready = Poll.until(limit, () -> !isAlive() || check.getAsBoolean());
    if (!isAlive()) {
      throw new StartException(
          name + " ended" + endStatus() + " before it was ready" + log.lastLines());
    }
    if (!ready) {
      throw new StartException(
          "%s was not ready after %d s%s".formatted(name, limit.toSeconds(), log.lastLines()));
    }
  }

  /** Waits until a line of the log since this start begins with the given text; returns it. */
  public String awaitLine(Duration limit, String... beginnings) {
    awaitReady(limit, () -> log.line(beginnings).isPresent());
    return log.line(beginnings).orElseThrow();
  }

  /** Whether a line of the log since this start begins with the given text. */
  public boolean hasSaid(String beginning) {
    return log.line(beginning).isPresent();
  }

  /** Writes a line to the process' input; only for a process that this program started itself. */
  public void say(String line) {
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
            "%s did not end within %d s%s".formatted(name, limit.toSeconds(), log.lastLines()));
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
      throw new StartException(name + " ended with status " + status + log.lastLines(), status);
    }
  }

  /** Asks the process to end, then ends it and what it started; returns when all are gone. */
  public void stop() {
    stop(GRACE_PERIOD);
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

  /** Asks the process to end, then kills it; its children continue. */
  public void stopAlone(Duration grace) {
    handle.destroy();
    if (!ended(handle, grace)) {
      killAlone();
    }
    deletePidFile();
  }

  /** Kills the process without asking; its children continue. */
  public void killAlone() {
    handle.destroyForcibly();
    ended(handle, GRACE_PERIOD);
    deletePidFile();
  }

  /** Ends the process and what it started without asking, as a crash would. */
  public void kill() {
    List<ProcessHandle> family = Stream.concat(Stream.of(handle), handle.descendants()).toList();
    family.forEach(ProcessHandle::destroyForcibly);
    family.forEach(member -> ended(member, GRACE_PERIOD));
    deletePidFile();
  }

  @Override
  public void close() {
    stop();
  }

  private static boolean ended(ProcessHandle handle, Duration limit) {
    return Poll.until(limit, () -> !Liveness.isAlive(handle));
  }

  private void deletePidFile() {
    if (pidFile != null) {
      pidFile.delete();
    }
  }

  /** Resident memory of the process and what it started, in bytes; 0 where the system is silent. */
  public long residentBytes() {
    return ResidentMemory.of(handle);
  }

  private String endStatus() {
    awaitExitStatus();
    OptionalInt status = exitStatus();
    return status.isPresent() ? " with status " + status.getAsInt() : "";
  }

  /** The operating system may show the end before Java has the exit status. */
  private void awaitExitStatus() {
    try {
      if (child != null) {
        child.waitFor(MAX_STATUS_WAIT.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Its resident memory without that of what it started. */
  public long ownResidentBytes() {
    return ResidentMemory.ofOne(handle);
  }

  @Override
  public String toString() {
    return name + " (pid " + pid() + ", log " + log.path() + ")";
  }
}
