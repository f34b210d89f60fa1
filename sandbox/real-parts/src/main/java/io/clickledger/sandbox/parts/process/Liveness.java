package io.clickledger.sandbox.parts.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Whether a process is truly alive. A killed process stays in the system's table as a zombie until
 * its parent reads its status, which may be never, and Java reports it as alive meanwhile.
 */
public final class Liveness {

  private Liveness() {}

  public static boolean isAlive(ProcessHandle handle) {
    return handle.isAlive() && !isDefunct(handle.pid());
  }

  /**
   * Whether only its entry in the table is left: no thread of it still gives back memory and ports.
   */
  public static boolean isDefunct(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    try (Stream<Path> threads = Files.list(process.resolve("task"))) {
      String status = Files.readString(process.resolve("stat"));
      // The name before the state may have anything in it.
      return status.startsWith(" Z", status.lastIndexOf(')') + 1) && threads.count() == 1;
    } catch (IOException e) {
      // It is gone, or this is no Linux.
      return false;
    }
  }
}
