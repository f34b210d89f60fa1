package io.clickledger.sandbox.parts;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.sandbox.parts.process.FreePorts;
import io.clickledger.sandbox.parts.process.Poll;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerIT {

  @TempDir Path folder;

  @Test
  void keepsItsDataWhenItIsKilledOrStopped() throws SQLException {
    int port = FreePorts.next();

    try (PostgresServer server = PostgresServer.in(folder, port, "first secret")) {
      run(server, "CREATE TABLE kept AS SELECT 42 AS answer");
      server.kill();
      assertThat(server.isRunning()).isFalse();
      server.start();
      assertThat(read(server, "SELECT answer FROM kept")).isEqualTo("42");
    }
    try (PostgresServer server = PostgresServer.in(folder, port, "first secret")) {
      assertThat(read(server, "SELECT answer FROM kept")).isEqualTo("42");
      assertThat(read(server, "SHOW fsync")).isEqualTo("on");
      assertThat(server.residentBytes()).isPositive();
    }
  }

  @Test
  void startsAgainAtOnceWhereOnlyTheServerWasKilled() throws SQLException {
    try (PostgresServer server = PostgresServer.temporary();
        Connection connection = server.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      // A session that notices the server's end only after its query.
      CompletableFuture<Boolean> query =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return statement.execute("SELECT sum(sqrt(i)) FROM generate_series(1, 1e9) i");
                } catch (SQLException e) {
                  return false;
                }
              });
      ProcessHandle process = server.process().orElseThrow();

      process.destroyForcibly();
      assertThat(Poll.until(Duration.ofSeconds(20), () -> !server.isRunning())).isTrue();
      server.start();

      assertThat(read(server, "SELECT 42")).isEqualTo("42");
      assertThat(query.join()).isFalse();
    }
  }

  @Test
  void refusesAWrongPassword() {
    try (PostgresServer server = PostgresServer.temporary()) {
      assertThat(server.answers()).isTrue();
      assertThat(PostgresServer.at(folder, server.port(), "guessed").answers()).isFalse();
    }
  }

  private static void run(PostgresServer server, String sql) throws SQLException {
    try (Connection connection = server.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String read(PostgresServer server, String sql) throws SQLException {
    try (Connection connection = server.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
