package io.clickledger.benchmarks.driver;

import io.clickledger.sandbox.parts.process.ManagedProcess;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** CPU time and memory of a Java process by Linux's /proc. */
public final class DriverProcess {
  /** Linux reports in these to every program, whatever the kernel itself counts in. */
  private static final double TICKS_A_SECOND = 100;

  private final Path proc;
  private final Map<String, Thread> threads = new HashMap<>();

  /** What a thread is for, by the beginning of its name, which Linux cuts at 15 letters. */
  public enum Work {
    TASKS("Executor task l"),
    GC("GC Thread", "G1 ", "VM Thread", "Shenandoah", "ZWorker"),
    COMPILERS("C1 ", "C2 "),
    OTHER("");

    private final String[] beginnings;

    Work(String... beginnings) {
      this.beginnings = beginnings;
    }

    static Work of(String thread) {
      for (Work work : values()) {
        for (String beginning : work.beginnings) {
          if (thread.startsWith(beginning)) {
            return work;
          }
        }
      }
      return OTHER;
    }
  }

  private record Thread(Work work, double seconds) {}

  public DriverProcess(ManagedProcess process) {
    this.proc = Path.of("/proc", Long.toString(process.pid()));
  }

  /** User and system time of the whole process so far, of threads that are gone too. */
  public double cpuSeconds() throws IOException {
    return seconds(Files.readString(proc.resolve("stat")));
  }

  /**
   * CPU seconds so far by what they were spent on. A thread that ended between two looks counts for
   * what it had at the last.
   */
  public Map<Work, Double> cpuSecondsByWork() throws IOException {
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(proc.resolve("task"))) {
      for (Path task : tasks) {
        try {
          String stat = Files.readString(task.resolve("stat"));
          String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
          threads.put(task.getFileName().toString(), new Thread(Work.of(name), seconds(stat)));
        } catch (NoSuchFileException e) {
          continue;
        } catch (IOException e) {
          // The thread ended between the opening of the file and the reading.
          continue;
        }
      }
    }
    Map<Work, Double> seconds = new TreeMap<>();
    threads.values().forEach(thread -> seconds.merge(thread.work(), thread.seconds(), Double::sum));
    return seconds;
  }

  /** The most memory that was resident at any time. */
  public long peakResidentBytes() throws IOException {
    return Files.readAllLines(proc.resolve("status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElse(0);
  }

  private static double seconds(String stat) {
    String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(afterName[11]) + Long.parseLong(afterName[12])) / TICKS_A_SECOND;
  }
}
