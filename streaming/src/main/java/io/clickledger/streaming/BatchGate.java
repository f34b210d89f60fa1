package io.clickledger.streaming;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Lets the batches of all queries run side by side until the driver is to end: then those that run
 * finish, and no other begins.
 */
final class BatchGate {
  /** A batch reads; the end writes, and waits for all who read. */
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  private volatile boolean closing;

  /** The batch function, behind this gate. */
  VoidFunction2<Dataset<Row>, Long> before(VoidFunction2<Dataset<Row>, Long> batch) {
    return (rows, batchId) -> {
      lock.readLock().lockInterruptibly();
      try {
        batch.call(rows, batchId);
      } finally {
        lock.readLock().unlock();
      }
    };
  }

  /** True from when batches are to come to their end. */
  boolean isClosing() {
    return closing;
  }

  /** How many queries wait here. */
  int waiting() {
    return lock.getQueueLength();
  }

  /**
   * Closes for good.
   *
   * @return whether all batches finished within the time
   */
  boolean close(Duration atMost) throws InterruptedException {
    closing = true;
    return lock.writeLock().tryLock(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }
}
