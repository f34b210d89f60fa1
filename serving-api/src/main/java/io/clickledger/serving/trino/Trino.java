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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Asks Trino, a bounded number of queries at once, and nothing for a while if most queries fail
 * because it is away. A failure is a {@code ProblemException} where the client can do something
 * about it.
 *
 * <p>What users ask and what the API asks for itself are two of these, each with threads and a
 * breaker of its own: so that users' reports, however many and slow, keep no pin and no commit from
 * being read.
 */
public final class Trino implements AutoCloseable {

  /** Trino ends a query by itself; this much longer is waited for a Trino that is gone. */
  private static final Duration GRACE_PERIOD = Duration.ofSeconds(5);

  /** How long nobody asks a Trino that is away. */
  private static final Duration OPEN_TIME = Duration.ofSeconds(5);

  /** Trino answers within a second that a query is under way. */
  private static final String MAX_SILENCE = "10s";

  private static final int OWN_THREADS = 2;

  private final TrinoSettings settings;
  private final Properties properties;
  private final MeterRegistry metrics;
  private final ThreadPoolExecutor executor;
  private final CircuitBreaker breaker;
  private final Duration limit;

  private Trino(
      TrinoSettings settings,
      MeterRegistry metrics,
      String name,
      int threads,
      Predicate<Throwable> isAway) {
    this.settings = settings;
    this.metrics = metrics;
    this.limit = settings.queryTimeout().plus(GRACE_PERIOD);
    this.properties = properties(settings);
    this.executor = executor(name, threads, settings.waitingQueries());
    this.breaker = breaker(name, isAway);
    ExecutorServiceMetrics.monitor(metrics, executor, name);
  }

  /** For what users ask. Their queries may be slow by themselves, which says nothing of Trino. */
  public static Trino forUsers(TrinoSettings settings, MeterRegistry metrics) {
    return new Trino(
        settings, metrics, "trino-queries", settings.concurrentQueries(), TrinoFailures::isSilent);
  }

  /** For what the API asks for itself: pins, the window, whether the tables are there. */
  public static Trino forItself(TrinoSettings settings, MeterRegistry metrics) {
    return new Trino(
        settings, metrics, "trino-own-queries", OWN_THREADS, TrinoFailures::isSilentOrTooSlow);
  }

  private static CircuitBreaker breaker(String name, Predicate<Throwable> isAway) {
    return CircuitBreaker.of(
        name,
        CircuitBreakerConfig.custom()
            .slidingWindowSize(10)
            .minimumNumberOfCalls(5)
            .failureRateThreshold(50)
            .waitDurationInOpenState(OPEN_TIME)
            .permittedNumberOfCallsInHalfOpenState(2)
            .maxWaitDurationInHalfOpenState(OPEN_TIME)
            .recordException(isAway)
            .build());
  }

  private static Properties properties(TrinoSettings settings) {
    Properties properties = new Properties();
    properties.setProperty("user", settings.user());
    settings.password().map(Secret::reveal).ifPresent(p -> properties.setProperty("password", p));
    properties.setProperty("source", "clickledger-serving-api");
    properties.setProperty("timezone", "UTC");
    properties.setProperty("timeout", MAX_SILENCE);
    // One round trip: EXECUTE IMMEDIATE instead of PREPARE and EXECUTE.
    properties.setProperty("explicitPrepare", "false");
    return properties;
  }

  private static ThreadPoolExecutor executor(String name, int threads, int waiting) {
    AtomicInteger count = new AtomicInteger();
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            task -> {
              Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
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

  /**
   * Asks by a thread of this class. Where that takes too long the answer fails and the query is
   * cancelled, though its reader may go on for a moment: a reader fills only what it returns.
   */
  public <T> CompletableFuture<T> ask(TrinoQuery query, RowsReader<T> reader) {
    if (!breaker.tryAcquirePermission()) {
      return CompletableFuture.failedFuture(TrinoFailures.away());
    }
    long start = System.nanoTime();
    TimedQuery<T> asked = new TimedQuery<>(limit);
    try {
      executor.execute(() -> asked.run(started -> read(query, reader, started)));
    } catch (RejectedExecutionException e) {
      breaker.releasePermission();
      return CompletableFuture.failedFuture(TrinoFailures.busy(settings.waitingQueries()));
    }
    return asked.answer().whenComplete((answer, failure) -> report(start, failure));
  }

  /**
   * Asks and reads on the caller's thread, and on no other one: what the reader fills may be the
   * caller's own.
   */
  public <T> T askHere(TrinoQuery query, RowsReader<T> reader) {
    if (!breaker.tryAcquirePermission()) {
      throw TrinoFailures.away();
    }
    long start = System.nanoTime();
    try {
      T answer = read(query, reader, statement -> {});
      report(start, null);
      return answer;
    } catch (RuntimeException | Error e) {
      report(start, e);
      throw e;
    }
  }

  /** The breaker needs the outcome of every query that it permitted. */
  private void report(long startNanos, Throwable failure) {
    long nanos = System.nanoTime() - startNanos;
    if (failure == null) {
      breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
    } else {
      breaker.onError(nanos, TimeUnit.NANOSECONDS, TimedQuery.cause(failure));
    }
  }

  private <T> T read(
      TrinoQuery query, RowsReader<T> reader, Consumer<PreparedStatement> startedStatement) {
    Timer.Sample sample = Timer.start(metrics);
    String outcome = "failed";
    try (Connection connection = DriverManager.getConnection(settings.url(), properties)) {
      // Without it the driver tries again for ever to reach a Trino that has gone.
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(limit.toMillis()));
      try (PreparedStatement statement = connection.prepareStatement(query.text())) {
        statement.setQueryTimeout((int) settings.queryTimeout().toSeconds());
        bind(statement, query.parameters());
        startedStatement.accept(statement);
        try (ResultSet rows = statement.executeQuery()) {
          T answer = reader.read(rows);
          outcome = "answered";
          return answer;
        }
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
