package io.clickledger.serving.trino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.serving.lake.Lake;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A Trino that answers, and one that takes connections and says nothing. */
class TrinoIT {
  private static final TrinoQuery QUERY = new TrinoQuery("one", "SELECT 1", List.of());

  private static TrinoSettings settings(String url) {
    return new TrinoSettings(url, "test", Optional.empty(), Duration.ofSeconds(1), 1, 1, 1);
  }

  @Test
  void readsOnTheThreadThatAsks() {
    try (Trino trino = Trino.forItself(settings(Lake.shared().url()), new SimpleMeterRegistry())) {
      Thread reader = trino.askHere(QUERY, rows -> Thread.currentThread());

      assertThat(reader).isSameAs(Thread.currentThread());
    }
  }

  @Test
  void keepsRoomForItsOwnQueriesBesideThoseOfUsers() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Trino users = Trino.forUsers(silent(silent), new SimpleMeterRegistry());
        Trino itself = Trino.forItself(silent(silent), new SimpleMeterRegistry())) {
      users.ask(QUERY, rows -> 1);
      users.ask(QUERY, rows -> 1);
      CompletableFuture<Integer> tooMany = users.ask(QUERY, rows -> 1);

      assertThatThrownBy(tooMany::join).hasMessageContaining("wait for Trino already");
      assertThat(itself.ask(QUERY, rows -> 1)).isNotDone();
    }
  }

  private static TrinoSettings silent(ServerSocket socket) {
    return settings("jdbc:trino://127.0.0.1:" + socket.getLocalPort() + "/lake");
  }
}
