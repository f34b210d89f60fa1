package io.clickledger.spark;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The CPU time that one task may spend on analysing values that are not cached. Each value is
 * bounded by itself; this bounds a flood of distinct ones, which would hold up all other clicks.
 * What is left over lands without the analysis. For one thread.
 */
public final class AnalysisBudget {
  /**
   * Of all tasks that run at once in this JVM, whose parser analyses one value at a time. Enough
   * for some ten thousand user agents of browsers that were never seen before.
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

  /** For whoever analyses no stream. */
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
