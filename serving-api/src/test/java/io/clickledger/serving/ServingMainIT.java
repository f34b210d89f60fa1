package io.clickledger.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.serving.access.Issuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as it is run: its own process. */
class ServingMainIT {

  private static final int TERMINATED = 128 + 15;
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @TempDir Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private final String asker = Issuer.shared().token("admin");
  private final String other = Issuer.shared().token("finance");
  private int port;

  @Test
  void saysThatItStopsThenEndsTheAnswersUnderWayThenEnds() throws Exception {
    try (SilentServer trino = new SilentServer()) {
      Process process = start(trino);
      try {
        await(() -> ask("/health", other).statusCode() == 200);
        CompletableFuture<HttpResponse<String>> underWay = send("/v1/freshness", asker);
        // One request of each key may be under way, so a second one tells that the first one is.
        await(() -> ask("/v1/access", asker).statusCode() == 429);

        process.destroy();

        await(() -> ask("/ready", other).body().contains("is about to stop"));
        assertThat(ask("/v1/access", other).statusCode()).isEqualTo(200);
        await(this::takesNoConnection);
        assertThat(underWay).isNotDone();
        trino.end();
        HttpResponse<String> answer = underWay.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("urn:clickledger:problem:lake-unavailable");
        assertThat(process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(TERMINATED);
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private Process start(SilentServer trino) throws IOException {
    port = freePort();
    List<String> settings = new ArrayList<>(Issuer.shared().settings());
    settings.addAll(
        List.of(
            "http.port=" + port,
            "http.stop-delay=3s",
            "http.stop-timeout=60s",
            "access.concurrent-requests=1",
            "trino.url=jdbc:trino://127.0.0.1:" + trino.port() + "/lake"));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                "target/clickledger-serving-api.jar:target/lib/*",
                ServingMain.class.getName()));
    settings.forEach(setting -> command.addAll(List.of("--set", setting)));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output.log").toFile())
        .start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  private CompletableFuture<HttpResponse<String>> send(String path, String token) {
    return client.sendAsync(request(path, token), BodyHandlers.ofString());
  }

  private HttpResponse<String> ask(String path, String token) throws Exception {
    return client.send(request(path, token), BodyHandlers.ofString());
  }

  private HttpRequest request(String path, String token) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .header("Authorization", "Bearer " + token)
        .timeout(DEADLINE)
        .build();
  }

  private boolean takesNoConnection() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return !socket.isConnected();
    } catch (IOException e) {
      return true;
    }
  }

  /** Until it holds; what cannot be asked yet does not. */
  private void await(Callable<Boolean> condition) throws IOException {
    long end = System.nanoTime() + DEADLINE.toNanos();
    Exception last = null;
    while (System.nanoTime() < end) {
      try {
        if (condition.call()) {
          return;
        }
        Thread.sleep(20);
      } catch (Exception e) {
        last = e;
      }
    }
    throw new AssertionError(Files.readString(folder.resolve("output.log")), last);
  }

  /** Takes connections and answers nothing until it is closed. */
  private static final class SilentServer implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> open = new ArrayList<>();

    SilentServer() throws IOException {
      Thread accepting = new Thread(this::accept, "silent-server");
      accepting.setDaemon(true);
      accepting.start();
    }

    int port() {
      return server.getLocalPort();
    }

    private void accept() {
      try {
        while (true) {
          Socket socket = server.accept();
          synchronized (open) {
            open.add(socket);
          }
        }
      } catch (IOException e) {
        // It was closed.
      }
    }

    @Override
    public void close() throws IOException {
      end();
    }

    void end() throws IOException {
      server.close();
      synchronized (open) {
        for (Socket socket : open) {
          socket.close();
        }
      }
    }
  }
}
