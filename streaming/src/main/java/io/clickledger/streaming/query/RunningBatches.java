package io.clickledger.streaming.query;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The batches that run. They run concurrently until the driver shuts down: then running batches
 * finish and no new one starts.
 */
public final class RunningBatches {
  /** Batches hold the read lock; the shutdown takes the write lock, so it waits for all of them. */
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  private volatile boolean stopping;

  /** The batch function, whose calls are tracked here. */
  public VoidFunction2<Dataset<Row>, Long> track(VoidFunction2<Dataset<Row>, Long> batch) {
    return (rows, batchId) -> {
      lock.readLock().lockInterruptibly();
      try {
        batch.call(rows, batchId);
      } finally {
        lock.readLock().unlock();
      }
    };
  }

  /** True once the shutdown has started. */
  public boolean isStopping() {
    return stopping;
  }

  /** How many queries wait for a batch that will not start any more. */
  public int waiting() {
    return lock.getQueueLength();
  }

  /**
   * Lets no batch start any more, and waits for the running ones.
   *
   * @return whether all batches finished within the time
   */
  public boolean awaitFinished(Duration atMost) throws InterruptedException {
    stopping = true;
    return lock.writeLock().tryLock(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }
}
