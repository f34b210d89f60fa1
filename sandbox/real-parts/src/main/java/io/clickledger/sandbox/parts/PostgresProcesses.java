package io.clickledger.sandbox.parts;

import io.clickledger.sandbox.parts.process.Folders;
import io.clickledger.sandbox.parts.process.Liveness;
import io.clickledger.sandbox.parts.process.Poll;
import io.clickledger.sandbox.parts.process.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The processes of the server with this data folder: it and, by process, its children. */
record PostgresProcesses(Path data) {

  private static final Duration END_TIMEOUT = Duration.ofSeconds(20);

  /** The server, if it is alive and truly the one of this folder. */
  Optional<ProcessHandle> server() {
    OptionalLong pid = notedPid();
    return pid.isEmpty()
        ? Optional.empty()
        : ProcessHandle.of(pid.getAsLong())
            .filter(Liveness::isAlive)
            .filter(handle -> handle.info().commandLine().orElse("").contains(data.toString()));
  }

  /** What the server has noted in its data folder, whether it is alive or not. */
  private OptionalLong notedPid() {
    try (Stream<String> lines = Files.lines(pidFile())) {
      // It is written in place: a reader may come before the first line.
      return lines
          .limit(1)
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .mapToLong(Long::parseLong)
          .findFirst();
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + pidFile(), e);
    }
  }

  private Path pidFile() {
    return data.resolve("postmaster.pid");
  }

  /** Ends the server and its children as a crash would. */
  void kill() {
    server()
        .ifPresent(handle -> kill(Stream.concat(Stream.of(handle), handle.descendants()).toList()));
  }

  private static void kill(List<ProcessHandle> processes) {
    processes.forEach(ProcessHandle::destroyForcibly);
    awaitEnd(processes);
  }

  static void awaitEnd(List<ProcessHandle> processes) {
    if (!Poll.until(END_TIMEOUT, () -> processes.stream().noneMatch(Liveness::isAlive))) {
      throw new StartException("processes of PostgreSQL do not end: " + processes);
    }
  }

  /**
   * Ends what a killed server has left behind: its children, which keep its shared memory in use,
   * and the note of a process that is only an entry in the system's table, which PostgreSQL takes
   * for a running server.
   */
  void endRemains() {
    if (server().isPresent()) {
      return;
    }
    kill(ProcessHandle.allProcesses().filter(this::isOurs).toList());
    if (notedPid().stream().anyMatch(Liveness::isDefunct)) {
      Folders.delete(pidFile());
    }
  }

  /** Every process of a server works in its data folder, whatever it calls itself. */
  private boolean isOurs(ProcessHandle handle) {
    Path folder = Path.of("/proc", Long.toString(handle.pid()), "cwd");
    try {
      return handle.info().command().filter(program -> program.endsWith("/postgres")).isPresent()
          && Files.readSymbolicLink(folder).equals(data.toRealPath());
    } catch (IOException e) {
      // It is gone or somebody else's, or this is no Linux.
      return false;
    }
  }
}
