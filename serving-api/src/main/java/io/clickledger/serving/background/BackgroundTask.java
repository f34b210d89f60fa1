package io.clickledger.serving.background;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * A task that runs again and again on a thread of its own. Whatever a run throws, an Error too,
 * ends that run and none of those after it. A failure is logged once for as long as runs fail, an
 * Error each time.
 */
public final class BackgroundTask implements AutoCloseable {
  private final Logger log;
  private final String failing;
  private final String recovered;
  private final Runnable task;
  private final ScheduledExecutorService executor;
  private boolean isFailing;

  /**
   * Makes a task that does not run yet.
   *
   * @param failing what the log says when runs begin to fail
   * @param recovered what it says when they succeed again
   */
  public BackgroundTask(
      String thread, Logger log, String failing, String recovered, Runnable task) {
    this.log = log;
    this.failing = failing;
    this.recovered = recovered;
    this.task = task;
    this.executor =
        Executors.newSingleThreadScheduledExecutor(
            run -> {
              Thread made = new Thread(run, thread);
              made.setDaemon(true);
              return made;
            });
  }

  /** Runs it at once, and again after each pause. */
  public void start(Duration pause) {
    executor.scheduleWithFixedDelay(this::run, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Runs it once more, soon. */
  public void runSoon() {
    try {
      executor.execute(this::run);
    } catch (RejectedExecutionException e) {
      log.debug("closed before a last run", e);
    }
  }

  /** Runs it on this thread. */
  public synchronized void run() {
    try {
      task.run();
      if (isFailing) {
        isFailing = false;
        log.info(recovered);
      }
    } catch (RuntimeException e) {
      if (!isFailing && !executor.isShutdown()) {
        log.warn(failing, e);
      }
      isFailing = true;
    } catch (Error e) {
      // Caught, because a scheduled task that throws is never run again, and says nothing.
      isFailing = true;
      log.error(failing, e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
