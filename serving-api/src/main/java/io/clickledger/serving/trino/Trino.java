package io.clickledger.serving.trino;

import io.clickledger.settings.Secret;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ExecutorServiceMetrics;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks Trino, a bounded number of queries at once, and nothing for a while if most queries fail
 * because it is away. A failure is a {@code ProblemException} where the client can do something
 * about it.
 */
public final class Trino implements AutoCloseable {

  /** Trino ends a query by itself; this much longer is waited for a Trino that is gone. */
  private static final Duration GRACE_PERIOD = Duration.ofSeconds(5);

  /** How long nobody asks a Trino that is away. */
  private static final Duration OPEN_TIME = Duration.ofSeconds(5);

  private final TrinoSettings settings;
  private final Properties properties;
  private final MeterRegistry metrics;
  private final ThreadPoolExecutor executor;
  private final CircuitBreaker breaker =
      CircuitBreaker.of(
          "trino",
          CircuitBreakerConfig.custom()
              .slidingWindowSize(10)
              .minimumNumberOfCalls(5)
              .failureRateThreshold(50)
              .waitDurationInOpenState(OPEN_TIME)
              .permittedNumberOfCallsInHalfOpenState(2)
              .maxWaitDurationInHalfOpenState(OPEN_TIME)
              .recordException(TrinoFailures::isAway)
              .build());

  public Trino(TrinoSettings settings, MeterRegistry metrics) {
    this.settings = settings;
    this.metrics = metrics;
    this.properties = properties(settings);
    this.executor = executor(settings);
    ExecutorServiceMetrics.monitor(metrics, executor, "trino-queries");
  }

  private static Properties properties(TrinoSettings settings) {
    Properties properties = new Properties();
    properties.setProperty("user", settings.user());
    settings.password().map(Secret::reveal).ifPresent(p -> properties.setProperty("password", p));
    properties.setProperty("source", "clickledger-serving-api");
    properties.setProperty("timezone", "UTC");
    // One round trip: EXECUTE IMMEDIATE instead of PREPARE and EXECUTE.
    properties.setProperty("explicitPrepare", "false");
    return properties;
  }

  private static ThreadPoolExecutor executor(TrinoSettings settings) {
    AtomicInteger count = new AtomicInteger();
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            settings.concurrentQueries(),
            settings.concurrentQueries(),
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(settings.waitingQueries()),
            task -> {
              Thread thread = new Thread(task, "trino-query-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** Reads all rows of an answer; it is closed when the reader returns. */
  @FunctionalInterface
  public interface RowsReader<T> {
    T read(ResultSet rows) throws SQLException;
  }

  public <T> CompletableFuture<T> ask(TrinoQuery query, RowsReader<T> reader) {
    if (!breaker.tryAcquirePermission()) {
      return CompletableFuture.failedFuture(TrinoFailures.away());
    }
    long start = System.nanoTime();
    return asked(query, reader)
        .whenComplete(
            (answer, failure) -> {
              long nanos = System.nanoTime() - start;
              if (failure == null) {
                breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
              } else {
                breaker.onError(nanos, TimeUnit.NANOSECONDS, cause(failure));
              }
            });
  }

  private <T> CompletableFuture<T> asked(TrinoQuery query, RowsReader<T> reader) {
    Duration limit = settings.queryTimeout().plus(GRACE_PERIOD);
    try {
      return CompletableFuture.supplyAsync(() -> askNow(query, reader), executor)
          .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
          .exceptionallyCompose(failure -> CompletableFuture.failedFuture(problem(failure, limit)));
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(TrinoFailures.busy(settings.waitingQueries()));
    }
  }

  private static Throwable problem(Throwable failure, Duration limit) {
    Throwable cause = cause(failure);
    return cause instanceof TimeoutException ? TrinoFailures.tooSlow(limit) : cause;
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  private <T> T askNow(TrinoQuery query, RowsReader<T> reader) {
    Timer.Sample sample = Timer.start(metrics);
    String outcome = "failed";
    try (Connection connection = DriverManager.getConnection(settings.url(), properties);
        PreparedStatement statement = connection.prepareStatement(query.text())) {
      statement.setQueryTimeout((int) settings.queryTimeout().toSeconds());
      bind(statement, query.parameters());
      try (ResultSet rows = statement.executeQuery()) {
        T answer = reader.read(rows);
        outcome = "answered";
        return answer;
      }
    } catch (SQLException e) {
      throw TrinoFailures.of(query, e);
    } finally {
      sample.stop(
          Timer.builder("clickledger.trino.query")
              .description("Time from asking Trino to the last row")
              .tag("query", query.name())
              .tag("outcome", outcome)
              .register(metrics));
    }
  }

  private static void bind(PreparedStatement statement, List<Object> parameters)
      throws SQLException {
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i) instanceof Long number) {
        statement.setLong(i + 1, number);
      } else {
        statement.setString(i + 1, (String) parameters.get(i));
      }
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
