package io.clickledger.streaming.driver;

import io.clickledger.lake.AdvisoryLock;
import io.clickledger.programs.TryLaterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to run queries: a lock for each, taken before any work. When the connection of a lock
 * is lost, the driver continues and takes the lock again; it stops only where another driver has
 * taken it. The locks only avoid wasted work: the positions in commits are what prevents two
 * drivers from counting twice.
 */
final class QueryLocks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QueryLocks.class);
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);
  private static final Duration MAX_CLOSE = Duration.ofSeconds(10);

  private final DataSource database;
  private final List<QueryLock> locks = new ArrayList<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "query-locks");
            thread.setDaemon(true);
            return thread;
          });
  private volatile Optional<String> loss = Optional.empty();

  private QueryLocks(DataSource database) {
    this.database = database;
  }

  /**
   * Takes the locks of these queries, or fails with who has one.
   *
   * @param maxWait how long to wait where another driver holds one; PostgreSQL soon frees the lock
   *     of a killed driver
   * @throws TryLaterException where another driver runs one of them
   */
  static QueryLocks take(DataSource database, List<String> queries, Duration maxWait) {
    QueryLocks locks = new QueryLocks(database);
    boolean hasAll = false;
    try {
      for (String query : queries) {
        locks.locks.add(new QueryLock(query, AdvisoryLock.await(database, query, maxWait)));
      }
      hasAll = true;
    } catch (AdvisoryLock.HeldException e) {
      throw new TryLaterException("another driver runs on this lake: " + e.getMessage());
    } finally {
      if (!hasAll) {
        locks.close();
      }
    }
    locks.timer.scheduleWithFixedDelay(
        locks::check, CHECK_INTERVAL.toMillis(), CHECK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    return locks;
  }

  /** The driver that has taken one of these locks after it was lost; empty while none has. */
  Optional<String> loss() {
    return loss;
  }

  private void check() {
    for (QueryLock lock : locks) {
      if (loss.isPresent()) {
        return;
      }
      try {
        loss = lock.check(database);
        loss.ifPresent(other -> LOG.error("{}; this one stops", other));
      } catch (IllegalStateException e) {
        // PostgreSQL is unavailable, so no driver can commit; the next check follows soon.
        LOG.warn("could not take the lock of {} again: {}", lock.query, e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    timer.shutdown();
    try {
      // A lock that is being taken again must be released, too.
      if (!timer.awaitTermination(MAX_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("PostgreSQL does not answer: its locks end with the process");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    locks.forEach(lock -> lock.held.close());
  }

  /** The lock of one query. */
  private static final class QueryLock {
    private final String query;
    private volatile AdvisoryLock held;

    QueryLock(String query, AdvisoryLock held) {
      this.query = query;
      this.held = held;
    }

    /** Takes the lock again where it was lost; returns its new holder where there is one. */
    Optional<String> check(DataSource database) {
      if (held.isHeld()) {
        return Optional.empty();
      }
      held.close();
      Optional<AdvisoryLock> again = AdvisoryLock.take(database, query);
      if (again.isPresent()) {
        held = again.get();
        LOG.info("took the lock of {} again: its connection to PostgreSQL was lost", query);
        return Optional.empty();
      }
      // PostgreSQL may not have noticed yet that the former session has ended.
      return AdvisoryLock.holder(database, query)
          .filter(holder -> !holder.equals(held.self()))
          .map(holder -> "another driver has taken the lock of %s: %s".formatted(query, holder));
    }
  }
}
