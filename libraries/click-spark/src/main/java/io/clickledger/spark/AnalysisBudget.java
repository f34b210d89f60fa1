package io.clickledger.spark;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The CPU time that one task may spend on analysing uncached values. The cost of a single value is
 * bounded elsewhere; this bounds a flood of distinct values, which would delay all clicks. When the
 * budget is spent, clicks land without the analysis. For one thread.
 */
public final class AnalysisBudget {
  /**
   * Shared by all concurrent tasks of this JVM, because its parser analyses one value at a time.
   * Enough for about ten thousand new user agents of browsers.
   */
  private static final Duration OF_ALL_TASKS = Duration.ofSeconds(20);

  private final LongSupplier cpuNanos;
  private long left;

  AnalysisBudget(Duration cpuTime, LongSupplier cpuNanos) {
    this.left = cpuTime.toNanos();
    this.cpuNanos = cpuNanos;
  }

  /** The budget of a task that runs in this thread. */
  public static AnalysisBudget ofTask() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return new AnalysisBudget(
        OF_ALL_TASKS.dividedBy(Runtime.getRuntime().availableProcessors()),
        threads::getCurrentThreadCpuTime);
  }

  /** A budget without limit, outside of streams. */
  public static AnalysisBudget unlimited() {
    return new AnalysisBudget(Duration.ofSeconds(Long.MAX_VALUE / 2_000_000_000L), () -> 0);
  }

  boolean isSpent() {
    return left <= 0;
  }

  /** Runs the analysis and takes its time off. */
  <T> T spend(Supplier<T> analysis) {
    long begun = cpuNanos.getAsLong();
    try {
      return analysis.get();
    } finally {
      left -= cpuNanos.getAsLong() - begun;
    }
  }
}
