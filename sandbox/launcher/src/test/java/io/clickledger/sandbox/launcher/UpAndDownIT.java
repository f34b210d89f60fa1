package io.clickledger.sandbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.sandbox.launcher.folder.Ports;
import io.clickledger.sandbox.parts.process.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One platform through its life; slow, so it is one story. */
class UpAndDownIT {

  private static final Pattern PID = Pattern.compile("^\\S+ +(\\d+) +\\d+ MiB", Pattern.MULTILINE);
  private static final Pattern SUM = Pattern.compile("^all +(\\d+) MiB", Pattern.MULTILINE);
  private static final int MAX_MEBIBYTES = 6 * 1024;

  @TempDir Path parent;

  @AfterEach
  void endWhatAFailureLeft() {
    run("down");
  }

  @Test
  void comesUpAnswersAndKeepsItsDataOverARestart() throws Exception {
    int base = freeBase();
    CommandLineRun up = run("up", "--port-base", Integer.toString(base));
    assertThat(up.status()).as(up.err()).isZero();
    CommandLineRun status = run("status");
    assertThat(status.status()).as(status.out()).isZero();
    assertThat(resident(status)).isBetween(1, MAX_MEBIBYTES);

    CommandLineRun second = run("up");
    assertThat(second.status()).isEqualTo(1);
    assertThat(second.err()).contains("is already up, its page is").hasLineCount(1);
    assertThat(pids(run("status"))).isEqualTo(pids(status));

    assertThat(post(base)).isEqualTo(202);
    awaitClicks(base, 1);

    CommandLineRun audit = run("audit", "--from", "foo");
    assertThat(audit.status()).isEqualTo(2);
    assertThat(audit.err()).contains("must be a day as YYYY-MM-DD, was foo");

    List<Long> pids = pids(run("status"));
    assertThat(run("down").status()).isZero();
    assertThat(pids).hasSize(7).noneMatch(UpAndDownIT::isAlive);
    assertThat(run("status").status()).isEqualTo(1);

    CommandLineRun again = run("up");
    assertThat(again.status()).as(again.err()).isZero();
    awaitClicks(base, 1);
    assertThat(run("down").out()).contains("Clickledger is down.");
    assertThat(run("down").out()).contains("Nothing was running.");
  }

  private CommandLineRun run(String command, String... more) {
    String[] line = new String[more.length + 3];
    line[0] = command;
    line[1] = "--data-dir";
    line[2] = parent.resolve("data").toString();
    System.arraycopy(more, 0, line, 3, more.length);
    return CommandLineRun.of(line);
  }

  private static int freeBase() {
    int base = 20_000 + (int) (ProcessHandle.current().pid() % 1_000) * 10;
    while (!IntStream.range(base, base + 8).allMatch(FreePorts::isFree)) {
      base += 10;
    }
    return base;
  }

  private static int post(int port) throws IOException, InterruptedException {
    String click =
        """
        {"click_id": "%s", "clicked_at": %d, "ad_id": "ad-1", "publisher_id": "pub-1"}
        """
            .formatted(UUID.randomUUID(), Instant.now().toEpochMilli());
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/clicks"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(click))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private static void awaitClicks(int base, long expected)
      throws SQLException, InterruptedException {
    Instant end = Instant.now().plus(Duration.ofMinutes(2));
    while (clicks(base) != expected && Instant.now().isBefore(end)) {
      Thread.sleep(500);
    }
    assertThat(clicks(base)).isEqualTo(expected);
  }

  private static long clicks(int base) throws SQLException {
    String url = "jdbc:trino://127.0.0.1:" + Ports.from(base).trino() + "/lake";
    Properties properties = new Properties();
    properties.setProperty("user", "test");
    try (Connection connection = DriverManager.getConnection(url, properties);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM raw.clicks")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static List<Long> pids(CommandLineRun status) {
    return PID.matcher(status.out())
        .results()
        .map(found -> Long.parseLong(found.group(1)))
        .toList();
  }

  private static int resident(CommandLineRun status) {
    Matcher sum = SUM.matcher(status.out());
    assertThat(sum.find()).isTrue();
    return Integer.parseInt(sum.group(1));
  }

  private static boolean isAlive(long pid) {
    // Without a command line, only the entry of its end is left.
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .flatMap(process -> process.info().commandLine())
        .isPresent();
  }
}
