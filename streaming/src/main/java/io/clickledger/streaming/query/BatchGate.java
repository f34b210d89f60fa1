package io.clickledger.streaming.query;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Lets batches of all queries run concurrently until the driver shuts down: then running batches
 * finish and no new one starts.
 */
public final class BatchGate {
  /** Batches hold the read lock; the shutdown takes the write lock, so it waits for all of them. */
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  private volatile boolean closing;

  /** The batch function, behind this gate. */
  public VoidFunction2<Dataset<Row>, Long> before(VoidFunction2<Dataset<Row>, Long> batch) {
    return (rows, batchId) -> {
      lock.readLock().lockInterruptibly();
      try {
        batch.call(rows, batchId);
      } finally {
        lock.readLock().unlock();
      }
    };
  }

  /** True once the shutdown has begun. */
  public boolean isClosing() {
    return closing;
  }

  /** How many queries wait at the gate. */
  public int waiting() {
    return lock.getQueueLength();
  }

  /**
   * Closes the gate for good.
   *
   * @return whether all batches finished within the time
   */
  public boolean close(Duration atMost) throws InterruptedException {
    closing = true;
    return lock.writeLock().tryLock(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }
}
