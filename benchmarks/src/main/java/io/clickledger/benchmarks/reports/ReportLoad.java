package io.clickledger.benchmarks.reports;

import io.clickledger.sandbox.driver.Machine;
import io.clickledger.sandbox.simulator.Durations;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Asks the serving API at a rate, whether or not it keeps up, and measures each answer from the
 * moment at which the question was due: a pause of the API delays all questions that were due in
 * it.
 */
@Command(
    name = "reports",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures how soon reports are answered at a rate.")
public final class ReportLoad implements Callable<Integer> {
  private static final List<String> METRICS =
      List.of(
          "clickledger_window_",
          "cache_gets_total",
          "clickledger_trino_query_seconds_count",
          "jvm_memory_used_bytes{area=\"heap\"");

  @Option(
      names = "--api",
      defaultValue = "http://127.0.0.1:8081",
      description = "The serving API (${DEFAULT-VALUE}).")
  private URI api;

  @Option(
      names = "--straight",
      description = "Another serving API on the same Trino, with window.mebibytes=0.")
  private URI straight;

  @Option(
      names = "--rate",
      defaultValue = "500",
      description = "Questions a second (${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--straight-rate",
      defaultValue = "5",
      description = "Questions a second to the other API (${DEFAULT-VALUE}).")
  private int straightRate;

  @Option(
      names = "--equal-rate",
      defaultValue = "5000",
      description = "Equal questions a second (${DEFAULT-VALUE}).")
  private int equalRate;

  @Option(
      names = "--duration",
      defaultValue = "1m",
      description = "How long each part takes (${DEFAULT-VALUE}).")
  private String duration;

  @Option(
      names = "--connections",
      defaultValue = "64",
      description = "On so many connections (${DEFAULT-VALUE}), each kept open.")
  private int connections;

  @Option(
      names = "--dashboards",
      defaultValue = "200",
      description = "How many dashboards ask (${DEFAULT-VALUE}).")
  private int dashboards;

  @Option(
      names = "--key-file",
      defaultValue = "data/secrets/api-key-admin",
      description = "File of the key to ask with (${DEFAULT-VALUE}), which up makes.")
  private Path keyFile;

  @Option(names = "--pid", description = "Process of the API: its greatest resident memory.")
  private Long pid;

  private String key;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  public static void main(String[] args) {
    System.exit(new CommandLine(new ReportLoad()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    key = Files.readString(keyFile).strip();
    // Else HttpURLConnection keeps five of them open.
    System.setProperty("http.maxConnections", String.valueOf(connections));
    Questions questions = Questions.of(this::request, client, api, dashboards);
    System.out.printf("%d dashboards with 6 questions each%n", questions.dashboards());
    Duration length = Durations.parse(duration);
    load("warm-up", api, rate, length.dividedBy(2), questions::next);
    Map<String, Double> before = metrics();
    load("the mix", api, rate, length, questions::next);
    Map<String, Double> after = metrics();
    String equal = questions.next();
    load("equal questions", api, equalRate, length.dividedBy(2), () -> equal);
    if (straight != null) {
      load("the mix, straight from Trino", straight, straightRate, length, questions::next);
    }
    after.forEach(
        (name, value) ->
            System.out.printf(
                "  %s %.0f, in the mix %+.0f%n",
                name, value, value - before.getOrDefault(name, 0.0)));
    if (pid != null) {
      Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith("VmHWM") || line.startsWith("VmRSS"))
          .forEach(line -> System.out.println("  API " + line));
    }
    System.out.println("on " + Machine.describe());
    return 0;
  }

  private HttpRequest request(URI uri) {
    return HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + key).build();
  }

  /** Questions are asked in their order, each on the next connection that is free. */
  private void load(String name, URI base, int perSecond, Duration length, Supplier<String> paths)
      throws InterruptedException {
    int count = (int) (perSecond * length.toMillis() / 1_000);
    long[] micros = new long[count];
    Map<Integer, AtomicLong> statuses = new ConcurrentSkipListMap<>();
    AtomicInteger next = new AtomicInteger();
    List<String> asked = IntStream.range(0, count).mapToObj(i -> paths.get()).toList();
    long start = System.nanoTime();
    List<Thread> askers =
        IntStream.range(0, connections)
            .mapToObj(
                any ->
                    new Thread(
                        () -> {
                          int i;
                          while ((i = next.getAndIncrement()) < count) {
                            long due = start + i * 1_000_000_000L / perSecond;
                            LockSupport.parkNanos(due - System.nanoTime());
                            int status = ask(base.resolve(asked.get(i)));
                            micros[i] = (System.nanoTime() - due) / 1_000;
                            statuses
                                .computeIfAbsent(status, key -> new AtomicLong())
                                .incrementAndGet();
                          }
                        }))
            .toList();
    askers.forEach(Thread::start);
    for (Thread asker : askers) {
      asker.join();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Arrays.sort(micros);
    System.out.printf(
        "%s: %d a second due, %.0f answered; p50 %s, p90 %s, p99 %s, most %s; by status %s%n",
        name,
        perSecond,
        count / seconds,
        millis(micros, 0.5),
        millis(micros, 0.9),
        millis(micros, 0.99),
        millis(micros, 1),
        statuses);
  }

  /** The status of an answer, read to its end; 0 where there was none. */
  private int ask(URI uri) {
    try {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setRequestProperty("Authorization", "Bearer " + key);
      int status = connection.getResponseCode();
      try (InputStream body =
          status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        body.transferTo(OutputStream.nullOutputStream());
      }
      return status;
    } catch (IOException e) {
      return 0;
    }
  }

  private static String millis(long[] sorted, double share) {
    return sorted.length == 0
        ? "-"
        : "%.1f ms".formatted(sorted[(int) Math.ceil(share * sorted.length) - 1] / 1_000.0);
  }

  private Map<String, Double> metrics() throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(request(api.resolve("/metrics")), HttpResponse.BodyHandlers.ofString());
    Map<String, Double> values = new TreeMap<>();
    answer
        .body()
        .lines()
        .filter(line -> METRICS.stream().anyMatch(line::startsWith))
        .forEach(
            line -> {
              int space = line.lastIndexOf(' ');
              values.put(line.substring(0, space), Double.parseDouble(line.substring(space)));
            });
    return values;
  }
}
