package io.clickledger.benchmarks.platform;

import io.clickledger.benchmarks.driver.DriverProcess;
import io.clickledger.benchmarks.driver.GarbageLog;
import io.clickledger.benchmarks.driver.History;
import io.clickledger.sandbox.parts.process.Jdk;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CPU time, memory and history of the streaming driver of a running platform. While it is watched,
 * the driver writes a log of its garbage collections, the only source of the heap in use after
 * them.
 */
final class StreamingDriver implements AutoCloseable {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String IDS = "clickledger_history_ids";
  private static final String BYTES = "clickledger_history_bytes";
  private static final String HEAP_LIMIT = "jvm_gc_max_data_size_bytes";

  private final ManagedProcess process;
  private final DriverProcess times;
  private final URI metrics;
  private final Path garbageLog;
  private final long begunAt = System.nanoTime();
  private final double cpuBefore;

  StreamingDriver(ManagedProcess process, URI metrics) throws IOException {
    this.process = process;
    this.times = new DriverProcess(process);
    this.metrics = metrics;
    this.cpuBefore = times.cpuSeconds();
    this.garbageLog = Files.createTempDirectory("clickledger-benchmark").resolve("gc.log");
    logGarbageCollections("gc=info");
  }

  private void logGarbageCollections(String what) throws IOException {
    Process jcmd =
        new ProcessBuilder(
                Jdk.current().home().resolve("bin/jcmd").toString(),
                Long.toString(process.pid()),
                "VM.log",
                "output=" + garbageLog,
                "what=" + what)
            .redirectErrorStream(true)
            .start();
    String answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (jcmd.onExit().join().exitValue() != 0) {
      throw new IOException("jcmd " + process.pid() + " VM.log failed: " + answer);
    }
  }

  /** Prints what it took since it was watched, and what it holds now. */
  void print(PrintStream out) throws IOException, InterruptedException {
    String text = metricsText();
    GarbageLog garbage = GarbageLog.read(garbageLog);
    out.printf(
        "  streaming driver: %.2f cores; heap after collections: last %,d MiB, most %,d MiB, limit %,d MiB;"
            + " pauses %.1f s; peak resident %,d MiB%n",
        (times.cpuSeconds() - cpuBefore) / ((System.nanoTime() - begunAt) / 1e9),
        garbage.last(),
        garbage.most(),
        metric(text, HEAP_LIMIT) >> 20,
        garbage.pauseSeconds(),
        times.peakResidentBytes() >> 20);
    out.println("  " + new History(metric(text, IDS), metric(text, BYTES)));
  }

  private String metricsText() throws IOException, InterruptedException {
    HttpResponse<String> response =
        CLIENT.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("GET " + metrics + " answered " + response.statusCode());
    }
    return response.body();
  }

  private static long metric(String text, String name) {
    Matcher line = Pattern.compile("(?m)^" + name + " (\\S+)$").matcher(text);
    if (!line.find()) {
      throw new IllegalStateException("the streaming driver has no metric " + name);
    }
    return (long) Double.parseDouble(line.group(1));
  }

  @Override
  public void close() throws IOException {
    logGarbageCollections("all=off");
    Files.deleteIfExists(garbageLog);
    Files.delete(garbageLog.getParent());
  }
}
