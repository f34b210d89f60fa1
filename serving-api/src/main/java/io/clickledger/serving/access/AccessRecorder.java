package io.clickledger.serving.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.clickledger.metadata.access.AccessLog;
import io.clickledger.metadata.access.LogEntry;
import io.clickledger.metadata.access.LogEntry.Outcome;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the log of accesses, many entries in one transaction. Evidence is answered when its entry
 * is committed, or not at all. Refusals are not waited for; so that a flood of them fills no disk,
 * those of one actor beyond a rate are counted in one entry.
 */
final class AccessRecorder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessRecorder.class);

  private static final int MAX_WAITING = 1_000;
  private static final int MAX_BATCH = 100;
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int REFUSALS_A_MINUTE = 300;
  private static final int COUNTS_A_MINUTE = 6;
  private static final int MAX_ACTORS = 10_000;

  private record Waiting(LogEntry entry, CompletableFuture<Void> written) {}

  private final Optional<AccessLog> log;
  private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  // Of each actor, so that a flood of one hides no refusal of another.
  private final Cache<String, Bucket> refusals =
      Caffeine.newBuilder()
          .maximumSize(MAX_ACTORS)
          .expireAfterAccess(Duration.ofMinutes(1))
          .build();
  private final Bucket counts = bucket(COUNTS_A_MINUTE);
  private final AtomicLong unlogged = new AtomicLong();
  private final Thread writer = new Thread(this::writeUntilClosed, "access-log");
  private boolean isUnavailable;
  private volatile boolean isClosed;

  AccessRecorder(Optional<AccessLog> log) {
    this.log = log;
    writer.setDaemon(true);
    writer.start();
  }

  private static Bucket bucket(int perMinute) {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, Duration.ofMinutes(1)))
        .build();
  }

  /** Completes when the entry is committed; fails with a 503 where it cannot be. */
  CompletableFuture<Void> record(LogEntry entry) {
    Waiting one = new Waiting(entry, new CompletableFuture<>());
    if (log.isEmpty() || !waiting.offer(one)) {
      one.written().completeExceptionally(unavailable());
    }
    return one.written();
  }

  /** Will be written, or counted. */
  void refused(LogEntry entry) {
    if (log.isPresent()
        && !(refusals.get(entry.actor(), actor -> bucket(REFUSALS_A_MINUTE)).tryConsume(1)
            && waiting.offer(new Waiting(entry, new CompletableFuture<>())))) {
      unlogged.incrementAndGet();
    }
  }

  private static RuntimeException unavailable() {
    return Refusals.unavailable("the access cannot be logged at present, so it is not given");
  }

  private void writeUntilClosed() {
    // Refusals that could not be written are written with the next ones.
    List<Waiting> batch = new ArrayList<>();
    while (!isClosed || !waiting.isEmpty()) {
      try {
        Waiting first = waiting.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          waiting.drainTo(batch, MAX_BATCH - batch.size());
        }
        addUnlogged(batch);
        if (!batch.isEmpty()) {
          write(batch);
        }
      } catch (InterruptedException e) {
        // Only close() interrupts: what is waiting is written.
        isClosed = true;
      }
    }
  }

  private void addUnlogged(List<Waiting> batch) {
    long count = batch.size() < MAX_BATCH && counts.tryConsume(1) ? unlogged.getAndSet(0) : 0;
    if (count > 0) {
      LogEntry entry =
          new LogEntry("nobody", "", "", "refuse", count + " more requests", Outcome.REFUSED);
      batch.add(new Waiting(entry, new CompletableFuture<>()));
    }
  }

  private void write(List<Waiting> batch) {
    try {
      log.orElseThrow().append(batch.stream().map(Waiting::entry).toList());
      batch.forEach(one -> one.written().complete(null));
      batch.clear();
      if (isUnavailable) {
        isUnavailable = false;
        LOG.info("accesses are logged again");
      }
    } catch (RuntimeException | Error e) {
      // An Error too: else the thread would end, and nothing be logged or answered any more.
      batch.forEach(one -> one.written().completeExceptionally(unavailable()));
      // Its accesses were not given, so only refusals are left to be logged.
      batch.removeIf(one -> one.entry().outcome() != Outcome.REFUSED);
      if (!isUnavailable) {
        isUnavailable = true;
        LOG.error("accesses cannot be logged, evidence is not answered: {}", e.toString());
      }
    }
  }

  @Override
  public void close() {
    isClosed = true;
    try {
      writer.join(Duration.ofSeconds(5).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
