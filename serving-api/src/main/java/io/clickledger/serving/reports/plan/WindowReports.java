package io.clickledger.serving.reports.plan;

import io.clickledger.serving.reports.query.Measure;
import io.clickledger.serving.reports.query.Periods;
import io.clickledger.serving.reports.query.ReportQuery;
import io.clickledger.serving.reports.query.ReportSettings;
import io.clickledger.serving.window.CountedRows;
import io.clickledger.serving.window.DayRestatement;
import io.clickledger.serving.window.Deadline;
import io.clickledger.serving.window.ScanTooLongException;
import io.clickledger.serving.window.WindowState;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts reports in the window: as many at once as there are processors, each within a time. */
final class WindowReports implements AutoCloseable {
  private static final int MAX_WAITING = 2_000;

  private final ReportSettings settings;
  private final ThreadPoolExecutor scans = scanExecutor();

  WindowReports(ReportSettings settings) {
    this.settings = settings;
  }

  /**
   * The rows of the plan as of a state of the window that covers it.
   *
   * @param plan made for the pin of the state
   */
  CompletableFuture<ReportRows> rows(ReportPlan plan, WindowState state) {
    // Whoever waited so long has mostly gone: counting for him would make others wait as long.
    Deadline start = Deadline.in(settings.scanTimeout());
    try {
      return CompletableFuture.supplyAsync(
          () -> {
            if (start.isOver()) {
              throw ReportProblems.tooManyScans();
            }
            return counted(plan, state);
          },
          scans);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(ReportProblems.tooManyScans());
    }
  }

  private ReportRows counted(ReportPlan plan, WindowState state) {
    ReportQuery query = plan.query();
    Deadline deadline = Deadline.in(settings.scanTimeout());
    CountedRows counted;
    try {
      counted = state.rows(query, plan.seam(), query.limit().orElse(settings.maxRows()), deadline);
    } catch (ScanTooLongException e) {
      throw ReportProblems.tooSlow(settings);
    }
    if (counted.isTruncated() && query.limit().isEmpty()) {
      throw ReportProblems.tooManyRows(settings);
    }
    Periods periods = query.periods();
    return new ReportRows(
        counted.rows().stream()
            .map(
                row ->
                    ReportRow.of(
                        plan, periods, row.place(), row.values(), row.measures(), row.revision()))
            .toList(),
        counted.isTruncated(),
        plan.publication().isEmpty()
            ? List.of()
            : state.restatements(query, plan.firstFinalDay(), plan.finalDaysEnd()).stream()
                .map(day -> restatement(query, day))
                .toList());
  }

  private static Restatement restatement(ReportQuery query, DayRestatement day) {
    Map<Measure, Long> clicks = new EnumMap<>(Measure.class);
    for (Measure sum : query.sums()) {
      if (sum != Measure.COST_MICROS) {
        clicks.put(sum, day.sums()[sum.ordinal()]);
      }
    }
    return new Restatement(
        day.day(),
        day.revision(),
        day.causes(),
        clicks,
        query.sums().contains(Measure.COST_MICROS) ? day.costMicros() : new TreeMap<>());
  }

  /** As many at once as there are processors: a scan only computes. */
  private static ThreadPoolExecutor scanExecutor() {
    int processors = Runtime.getRuntime().availableProcessors();
    AtomicInteger count = new AtomicInteger();
    return new ThreadPoolExecutor(
        processors,
        processors,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(MAX_WAITING),
        task -> {
          Thread thread = new Thread(task, "report-scan-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  @Override
  public void close() {
    scans.shutdownNow();
  }
}
