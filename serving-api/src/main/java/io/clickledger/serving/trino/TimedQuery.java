package io.clickledger.serving.trino;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One query that may wait for its thread for so long, and run for so long after that. What waited
 * too long is not run any more; what runs too long is cancelled.
 */
final class TimedQuery<T> {
  private static final Logger LOG = LoggerFactory.getLogger(TimedQuery.class);

  private final Duration limit;
  private final CompletableFuture<Void> start = new CompletableFuture<>();
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private volatile PreparedStatement statement;

  TimedQuery(Duration limit) {
    this.limit = limit;
    start
        .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(
            failure -> {
              result.completeExceptionally(TrinoFailures.waitedTooLong(limit));
              return null;
            });
  }

  /** The answer; fails with a problem where it took too long. */
  CompletableFuture<T> answer() {
    return result.exceptionallyCompose(
        failure -> CompletableFuture.failedFuture(problem(cause(failure))));
  }

  /** Runs it now, unless it waited too long. */
  void run(Function<Consumer<PreparedStatement>, T> query) {
    if (!start.complete(null)) {
      return;
    }
    result
        .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
        .whenCompleteAsync((answer, failure) -> cancelIfTooLong(failure));
    try {
      result.complete(query.apply(asked -> statement = asked));
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
    }
  }

  private void cancelIfTooLong(Throwable failure) {
    PreparedStatement running = statement;
    if (failure instanceof TimeoutException && running != null) {
      try {
        running.cancel();
      } catch (SQLException e) {
        LOG.debug("a query that took too long had ended by itself", e);
      }
    }
  }

  private Throwable problem(Throwable failure) {
    return failure instanceof TimeoutException ? TrinoFailures.tooSlow(limit) : failure;
  }

  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }
}
