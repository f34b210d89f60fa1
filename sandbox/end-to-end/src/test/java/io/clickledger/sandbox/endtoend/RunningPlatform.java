package io.clickledger.sandbox.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import io.clickledger.sandbox.simulator.oracle.Oracle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A platform that the launcher started, used only as a user would: by commands and over HTTP. */
final class RunningPlatform implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long COMMAND_MINUTES = 5;

  final Path folder;
  private final int portBase;
  private final Map<String, String> environment;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<Long, Path> outputs = new ConcurrentHashMap<>();

  /**
   * Starts one.
   *
   * @param environment beside that of this process
   * @param choices of {@code up}, beside its ports
   */
  RunningPlatform(int portBase, Map<String, String> environment, String... choices) {
    this.portBase = portBase;
    this.environment = environment;
    try {
      this.folder = Files.createTempDirectory("clickledger-end-to-end");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run(
        Stream.concat(Stream.of("up", "--port-base", "" + portBase), Stream.of(choices))
            .toArray(String[]::new));
    run("metadata", "import", demoMetadata().toString());
  }

  static Path demoMetadata() {
    return RepositoryRoot.find().resolve("sandbox/demo-metadata");
  }

  /** Sends 5,000 clicks of the last two days to Kafka; their oracle. */
  Path sendHistory() {
    Path oracle = folder.resolve("history.oracle");
    finish(startSimulator(oracle, "--target", "kafka", "--history", "2d", "--clicks", "5000"));
    return oracle;
  }

  /** Starts to send 100 clicks a second; for {@link #finish}. */
  Process startTraffic(String target, String duration, Path oracle) {
    return startSimulator(
        oracle, "--target", target, "--seed", "2", "--rate", "100", "--duration", duration);
  }

  private Process startSimulator(Path oracle, String... options) {
    List<String> arguments = new ArrayList<>(List.of("simulate"));
    arguments.addAll(List.of("--oracle", oracle.toString()));
    arguments.addAll(List.of(options));
    return start(arguments.toArray(String[]::new));
  }

  /** Runs {@code ./clickledger} with these arguments to a good end. */
  String run(String... arguments) {
    return finish(start(arguments));
  }

  /** Starts {@code ./clickledger} with these arguments; for {@link #finish}. */
  Process start(String... arguments) {
    Path target = RepositoryRoot.find().resolve("sandbox/launcher/target");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                target.resolve("clickledger-launcher.jar") + ":" + target.resolve("lib") + "/*",
                "io.clickledger.sandbox.launcher.Clickledger"));
    command.addAll(Arrays.asList(arguments));
    command.addAll(List.of("--data-dir", folder.toString()));
    try {
      Path out = Files.createTempFile(folder.getParent(), "clickledger-command", ".out");
      out.toFile().deleteOnExit();
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      outputs.put(process.pid(), out);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException("starting " + command, e);
    }
  }

  /** What {@code status} prints, whether all parts answer or not. */
  String status() {
    return await(start("status"));
  }

  /** Waits for the end, which must be a good one; what it printed. */
  String finish(Process process) {
    String output = await(process);
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  /** Waits for the end, good or bad; what it printed. */
  String await(Process process) {
    try {
      boolean ended = process.waitFor(COMMAND_MINUTES, TimeUnit.MINUTES);
      String output = Files.readString(outputs.get(process.pid()));
      assertThat(ended).as("ended in time: %s", output).isTrue();
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The answer of the serving API. */
  JsonNode report(String query) {
    return get(
        URI.create("http://127.0.0.1:%d/v1/reports/clicks?%s".formatted(portBase + 1, query)));
  }

  /** All that the serving API counts, in one. */
  Oracle.Totals total() {
    Oracle.Totals total = Oracle.Totals.NONE;
    for (JsonNode row : report("granularity=total&" + range()).get("rows")) {
      total = total.plus(Oracle.Totals.reported(row));
    }
    return total;
  }

  /** All that can have been clicked: the oldest late click is some days older than the history. */
  static String range() {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    return "from=%sT00:00:00Z&to=%sT00:00:00Z".formatted(today.minusDays(9), today.plusDays(1));
  }

  /** What each program tells Prometheus: ingestion, serving-api, streaming. */
  List<String> metrics() {
    return IntStream.of(0, 1, 7)
        .mapToObj(part -> URI.create("http://127.0.0.1:%d/metrics".formatted(portBase + part)))
        .map(uri -> send(withKey(uri, "api-key-monitor")).body())
        .toList();
  }

  /** Posts one click and expects that it is taken. */
  void post(String json) {
    HttpResponse<String> response =
        send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + portBase + "/v1/clicks"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
  }

  private JsonNode get(URI uri) {
    HttpResponse<String> response = send(withKey(uri, "api-key-admin"));
    assertThat(response.statusCode()).as(uri + ": " + response.body()).isEqualTo(200);
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With a key that the platform keeps among its secrets. */
  private HttpRequest withKey(URI uri, String secret) {
    try {
      String key = Files.readString(folder.resolve("secrets").resolve(secret)).strip();
      return HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + key).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(request.uri().toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The one number that the query in Trino gives. */
  long number(String sql) {
    return asked(
        sql,
        result -> {
          assertThat(result.next()).isTrue();
          return result.getLong(1);
        });
  }

  /** The texts of the query's first column in Trino, with the numbers of its second. */
  Map<String, Long> numbersByText(String sql) {
    return asked(
        sql,
        result -> {
          Map<String, Long> numbers = new TreeMap<>();
          while (result.next()) {
            numbers.put(result.getString(1), result.getLong(2));
          }
          return numbers;
        });
  }

  /** How many rows the query in Trino gives. */
  int rows(String sql) {
    return asked(
        sql,
        result -> {
          int rows = 0;
          while (result.next()) {
            rows++;
          }
          return rows;
        });
  }

  private interface Reading<T> {
    T of(ResultSet result) throws SQLException;
  }

  private <T> T asked(String sql, Reading<T> reading) {
    Properties user = new Properties();
    user.put("user", "end-to-end");
    String url = "jdbc:trino://127.0.0.1:%d/lake".formatted(portBase + 5);
    try (Connection connection = DriverManager.getConnection(url, user);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return reading.of(result);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  @Override
  public void close() throws IOException {
    run("down");
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
