package io.clickledger.ingestion;

import static io.clickledger.rules.contract.ClickJson.click;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.sandbox.parts.KafkaBroker;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Senders that do not come to an end hold no thread for longer than the setting says. */
class SlowSendersIT {

  /** Well below a minute, at which Jetty would end a connection that is idle; never reached. */
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private static KafkaBroker broker;
  private static StartedIngestion ingestion;
  private static final ExecutorService SENDERS = Executors.newCachedThreadPool();

  @BeforeAll
  static void start() {
    broker = KafkaBroker.temporary("clicks:1");
    ingestion =
        StartedIngestion.before(broker.bootstrapServers(), "http.threads=8", "http.body-timeout=1s")
            .awaitReady();
  }

  @AfterAll
  static void stop() {
    SENDERS.shutdownNow();
    ingestion.close();
    broker.close();
  }

  /** What a sender does after the head of its request. */
  private enum Sender {
    BYTE_BY_BYTE("Content-Length: 100000\r\n", " "),
    CHUNK_BY_CHUNK("Transfer-Encoding: chunked\r\n", "1\r\n \r\n"),
    SILENT("Content-Length: 100000\r\n", "");

    private final String length;
    private final String piece;

    Sender(String length, String piece) {
      this.length = length;
      this.piece = piece;
    }
  }

  @ParameterizedTest
  @EnumSource(Sender.class)
  void areAnswered408AndLeftAlone(Sender sender) throws Exception {
    try (Socket socket = begin(sender)) {
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(() -> drip(sender, socket), SENDERS);

      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer)
          .startsWith("HTTP/1.1 408 ")
          .containsIgnoringCase("Content-Type: application/problem+json")
          .containsIgnoringCase("Connection: close")
          .contains("the body must be sent within 1000 ms, was not");
      sending.get();
    }
  }

  @Test
  void areAnswered408ForABeaconToo() throws Exception {
    try (Socket socket =
        begin(
            "POST /v1/pixel.gif HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                + "Content-Length: 1000\r\n")) {
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 408 ");
    }
  }

  @Test
  void doNotKeepOthersWaiting() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 32; i++) {
        Socket socket = begin(Sender.BYTE_BY_BYTE);
        slow.add(socket);
        CompletableFuture.runAsync(() -> drip(Sender.BYTE_BY_BYTE, socket), SENDERS);
      }

      assertThat(
              ingestion
                  .post("application/json", click("a").clickedAt(Instant.now()).text())
                  .statusCode())
          .isEqualTo(202);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  private static Socket begin(Sender sender) throws IOException {
    return begin(
        "POST /v1/clicks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + sender.length);
  }

  private static Socket begin(String head) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), ingestion.port());
    socket.setSoTimeout((int) TIMEOUT.toMillis());
    socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /** Sends a little at a time, until the other side closes. */
  private static void drip(Sender sender, Socket socket) {
    Instant end = Instant.now().plus(TIMEOUT);
    try {
      OutputStream out = socket.getOutputStream();
      while (!sender.piece.isEmpty() && Instant.now().isBefore(end)) {
        out.write(sender.piece.getBytes(StandardCharsets.US_ASCII));
        Thread.sleep(100);
      }
    } catch (IOException e) {
      // Closed, as it is to be.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
