package io.clickledger.streaming.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.lake.AdvisoryLock;
import io.clickledger.programs.TryLaterException;
import io.clickledger.sandbox.parts.PostgresServer;
import io.clickledger.streaming.count.CountClicks;
import io.clickledger.streaming.land.LandClicks;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class QueryLocksIT {
  private static final String LAND = LandClicks.QUERY;
  private static final String COUNT = CountClicks.QUERY;

  private static PostgresServer postgres;
  private static DataSource database;

  @BeforeAll
  static void startPostgres() {
    postgres = PostgresServer.temporary();
    database = postgres.dataSource();
  }

  @AfterAll
  static void endPostgres() {
    postgres.close();
  }

  private static QueryLocks take(String... queries) {
    return QueryLocks.take(database, List.of(queries), Duration.ZERO);
  }

  @Test
  void refusesASecondDriverAndNamesTheFirst() {
    try (QueryLocks first = take(LAND)) {
      assertThatThrownBy(() -> take(COUNT, LAND))
          .isInstanceOf(TryLaterException.class)
          .hasMessageContaining(
              "another driver runs on this lake: the lock of land-clicks is held by"
                  + " clickledger land-clicks, process "
                  + ProcessHandle.current().pid())
          .hasMessageContaining("since 20");

      take(COUNT).close();
      assertThat(first.loss()).isEmpty();
    }
    take(LAND, COUNT).close();
  }

  @Test
  void waitsForADriverThatIsEnding() {
    QueryLocks ending = take(LAND, COUNT);
    CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS).execute(ending::close);

    QueryLocks.take(database, List.of(LAND, COUNT), Duration.ofSeconds(60)).close();
  }

  @Test
  void takesItsLocksAgainAfterPostgresWasAway() throws Exception {
    try (QueryLocks locks = take(LAND, COUNT)) {
      AdvisoryLock.Holder before = AdvisoryLock.holder(database, COUNT).orElseThrow();
      postgres.kill();
      // Long enough for a check to fail.
      Thread.sleep(2_000);
      postgres.start();

      await(() -> AdvisoryLock.holder(database, COUNT).filter(held -> !held.equals(before)));
      await(() -> AdvisoryLock.holder(database, LAND));
      assertThatThrownBy(() -> take(LAND)).isInstanceOf(TryLaterException.class);
      assertThatThrownBy(() -> take(COUNT)).isInstanceOf(TryLaterException.class);
      assertThat(locks.loss()).isEmpty();
    }
  }

  @Test
  void namesTheDriverThatTookALostLock() throws Exception {
    try (QueryLocks locks = take(COUNT)) {
      Optional<AdvisoryLock> other = Optional.empty();
      while (other.isEmpty()) {
        endSessions("clickledger count-clicks%");
        other = AdvisoryLock.take(database, COUNT);
      }

      await(locks::loss);
      assertThat(locks.loss().orElseThrow())
          .contains(
              "another driver has taken the lock of count-clicks", other.get().self().toString());
      other.get().close();
    }
  }

  private static void endSessions(String name) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '"
              + name
              + "'");
    }
  }

  private static void await(Supplier<Optional<?>> answer) throws InterruptedException {
    Instant deadline = Instant.now().plusSeconds(60);
    while (answer.get().isEmpty()) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.sleep(20);
    }
  }
}
