package io.clickledger.ingestion;

import static io.clickledger.rules.contract.ClickJson.click;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.ingestion.metrics.IngestionMetrics;
import io.clickledger.ingestion.spool.SegmentReader;
import io.clickledger.ingestion.spool.Spool;
import io.clickledger.ingestion.spool.SpooledClick;
import io.clickledger.rules.contract.Clicks;
import io.clickledger.sandbox.parts.KafkaBroker;
import io.clickledger.sandbox.parts.process.FreePorts;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as it is run: its own process. */
class IngestionMainIT {

  private static final int TERMINATED = 128 + 15;

  @TempDir Path folder;

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void finishesWhatIsUnderWayWhenItIsTerminated() throws Exception {
    try (KafkaBroker broker = KafkaBroker.temporary("clicks:4")) {
      int port = FreePorts.next();
      Process process =
          start(
              "kafka.bootstrap-servers=" + broker.bootstrapServers(),
              "http.port=" + port,
              "kafka.linger=2500ms"); // longer than Jetty leaves an idle connection when it stops
      try {
        awaitStatus(port, 200);
        assertThat(post(port, "first").get().statusCode()).isEqualTo(202);
        Map<String, CompletableFuture<HttpResponse<String>>> underWay = new HashMap<>();
        for (int i = 0; i < 100; i++) {
          underWay.put("under-way-" + i, post(port, "under-way-" + i));
        }
        awaitWaiting(port);

        process.destroy();

        assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(TERMINATED);
        List<String> acknowledged = new ArrayList<>();
        underWay.forEach(
            (name, response) -> {
              if (statusOf(response) == 202) {
                acknowledged.add(Clicks.clickId(name));
              }
            });
        assertThat(acknowledged).hasSizeGreaterThan(50);
        assertThat(TopicReader.counts(broker.bootstrapServers(), "clicks"))
            .containsKeys(acknowledged.toArray(String[]::new));
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @Test
  void sendsWhatItSpooledAfterAKillAndHasItsSpoolForItself() throws Exception {
    try (KafkaBroker broker = KafkaBroker.temporary("clicks:4")) {
      broker.stop();
      Path spool = folder.resolve("spool");
      int port = FreePorts.next();
      String[] settings = {
        "kafka.bootstrap-servers=" + broker.bootstrapServers(),
        "http.port=" + port,
        "spool.folder=" + spool
      };
      Map<String, CompletableFuture<HttpResponse<String>>> sent = new HashMap<>();
      Process process = start(settings);
      try {
        awaitStatus(port, 200);
        Process second = start(settings);
        assertThat(second.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(3);
        assertThat(output())
            .contains("must be a folder of this process alone, another one uses " + spool);
        assertThat(post(port, "first").get().statusCode()).isEqualTo(202);
        for (int i = 0; i < 2_000; i++) {
          sent.put("killed-" + i, post(port, "killed-" + i));
        }
        await(() -> sent.values().stream().filter(CompletableFuture::isDone).count() > 200);
      } finally {
        process.destroyForcibly().waitFor();
      }
      List<String> accepted = new ArrayList<>(List.of(Clicks.clickId("first")));
      sent.forEach(
          (name, response) -> {
            if (statusOf(response) == 202) {
              accepted.add(Clicks.clickId(name));
            }
          });

      broker.restart();
      Process restarted = start(settings);
      try {
        await(
            () -> get(port, "/metrics").body().contains("\nclickledger_ingestion_spool_bytes 0.0"));
      } finally {
        restarted.destroyForcibly();
      }

      assertThat(accepted).hasSizeGreaterThan(200);
      assertThat(TopicReader.counts(broker.bootstrapServers(), "clicks"))
          .containsKeys(accepted.toArray(String[]::new));
    }
  }

  @Test
  void answers503WhereTheDiskTakesNoMoreBytesAndKeepsExactlyWhatItAccepted() throws Exception {
    Path spool = folder.resolve("spool");
    int port = FreePorts.next();
    List<String> accepted = new ArrayList<>();
    Process process =
        start(
            // No file may have more than 256 KiB: a write beyond it fails, as on a full disk.
            List.of("bash", "-c", "ulimit -f 256; exec \"$@\"", "bash"),
            "kafka.bootstrap-servers=127.0.0.1:1",
            "http.port=" + port,
            "spool.folder=" + spool);
    try {
      awaitStatus(port, 200);
      List<Integer> statuses = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        String prefix = "batch-" + i + "-";
        List<String> names = IntStream.range(0, 100).mapToObj(n -> prefix + n).toList();
        int status = postLines(port, names).statusCode();
        statuses.add(status);
        if (status == 202) {
          names.forEach(name -> accepted.add(Clicks.clickId(name)));
        }
      }
      assertThat(statuses).containsOnly(202, 503).startsWith(202);
      assertThat(statuses.subList(statuses.indexOf(503), statuses.size())).contains(202);
    } finally {
      process.destroyForcibly().waitFor();
    }

    List<String> kept = new ArrayList<>();
    try (IngestionMetrics metrics = new IngestionMetrics();
        Spool left = Spool.open(spool, 100_000_000, metrics)) {
      while (left.bytes() > 0) {
        SegmentReader segment = left.oldest().orElseThrow();
        for (List<SpooledClick> clicks = segment.next();
            !clicks.isEmpty();
            clicks = segment.next()) {
          clicks.forEach(click -> kept.add(click.key()));
        }
        left.remove(segment);
      }
    }
    assertThat(kept).isEqualTo(accepted);
    assertThat(spool.resolve("set-aside")).isEmptyDirectory();
  }

  @Test
  void reportsAllThatIsWrongWithItsSettings() throws Exception {
    Process process = start("http.prot=1", "http.threads=many");

    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(output())
        .contains("3 invalid settings:")
        .contains("http.prot: unknown key (--set); did you mean http.port?")
        .contains("http.threads: must be a whole number")
        .contains("kafka.bootstrap-servers: missing; must be a string")
        .doesNotContain("Exception", "\tat ");
  }

  @Test
  void saysThatItsPortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      Process process =
          start(
              "kafka.bootstrap-servers=127.0.0.1:1",
              "http.host=0.0.0.0",
              "http.port=" + taken.getLocalPort());

      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(3);
      assertThat(output())
          .contains("ingestion cannot start: ")
          .contains(Integer.toString(taken.getLocalPort()));
    }
  }

  private Process start(String... settings) throws IOException {
    return start(List.of(), settings);
  }

  private Process start(List<String> shell, String... settings) throws IOException {
    List<String> command = new ArrayList<>(shell);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            "target/clickledger-ingestion.jar:target/lib/*",
            IngestionMain.class.getName()));
    for (String setting : settings) {
      command.addAll(List.of("--set", setting));
    }
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output.log").toFile())
        .start();
  }

  private String output() throws IOException {
    return Files.readString(folder.resolve("output.log"));
  }

  private CompletableFuture<HttpResponse<String>> post(int port, String name) {
    return client.sendAsync(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/clicks"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(click(name).clickedAt(Instant.now()).bytes()))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> postLines(int port, List<String> names) throws Exception {
    String lines =
        names.stream()
            .map(name -> click(name).clickedAt(Instant.now()).text())
            .collect(Collectors.joining("\n"));
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/clicks"))
            .header("Content-Type", "application/x-ndjson")
            .POST(BodyPublishers.ofString(lines))
            .build(),
        BodyHandlers.ofString());
  }

  private static int statusOf(CompletableFuture<HttpResponse<String>> response) {
    try {
      return response.join().statusCode();
    } catch (CompletionException e) {
      return 0; // refused before it was read: the sender knows that nothing was accepted
    }
  }

  private void awaitStatus(int port, int status) throws Exception {
    await(() -> get(port, "/ready").statusCode() == status);
  }

  private void awaitWaiting(int port) throws Exception {
    await(
        () ->
            get(port, "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("clickledger_ingestion_waiting_requests "))
                .anyMatch(line -> Double.parseDouble(line.split(" ")[1]) >= 90));
  }

  private HttpResponse<String> get(int port, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
        BodyHandlers.ofString());
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    Instant end = Instant.now().plus(Duration.ofSeconds(20));
    while (true) {
      try {
        if (condition.holds()) {
          return;
        }
      } catch (IOException e) {
        // not listening yet
      }
      assertThat(Instant.now()).isBefore(end);
      Thread.sleep(20);
    }
  }
}
