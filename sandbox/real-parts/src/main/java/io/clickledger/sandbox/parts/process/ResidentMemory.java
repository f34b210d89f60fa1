package io.clickledger.sandbox.parts.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Resident memory from Linux's /proc. A process counts in full, the processes it started by their
 * proportional share: PostgreSQL's children all show the same shared buffers.
 */
public final class ResidentMemory {

  private static final int KIBI = 1024;

  private ResidentMemory() {}

  public static long of(ProcessHandle handle) {
    long children = handle.descendants().mapToLong(child -> kibibytes(child.pid(), "Pss:")).sum();
    return ofOne(handle) + children * KIBI;
  }

  /** Of this process, without what it started. */
  static long ofOne(ProcessHandle handle) {
    return kibibytes(handle.pid(), "Rss:") * KIBI;
  }

  private static long kibibytes(long pid, String field) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps_rollup"))) {
        if (line.startsWith(field)) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
      return 0;
    } catch (IOException e) {
      // It ended meanwhile, or this is no Linux: nothing to count.
      return 0;
    }
  }
}
