package io.clickledger.benchmarks.billing;

import io.clickledger.benchmarks.driver.CpuSample;
import io.clickledger.benchmarks.driver.DriverProcess;
import io.clickledger.benchmarks.driver.RunOptions;
import io.clickledger.sandbox.driver.DriverFolder;
import io.clickledger.sandbox.driver.DriverParts;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import io.clickledger.sandbox.parts.process.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A job of batch/ that ran to its end, and what it used.
 *
 * @param samples CPU time since its start, about ten a second
 */
record MeasuredJob(
    DriverFolder folder,
    Instant started,
    Instant ended,
    NavigableMap<Instant, CpuSample> samples,
    long peakResidentBytes) {
  private static final Duration TIMEOUT = Duration.ofHours(2);
  private static final long PAUSE_MILLIS = 100;

  /** Runs a script of spark-submit/ in a new folder; fails where it does not end with 0. */
  static MeasuredJob run(
      DriverParts parts, RunOptions options, Path path, String job, String... arguments)
      throws IOException, InterruptedException {
    DriverFolder folder = options.driver(path, job);
    Instant started = Instant.now();
    ManagedProcess process = parts.start(folder, settings(parts, options), job, arguments);
    try {
      DriverProcess driver = new DriverProcess(process);
      NavigableMap<Instant, CpuSample> samples = new TreeMap<>();
      samples.put(started, new CpuSample(0, Map.of()));
      long resident = 0;
      while (process.isAlive()) {
        try {
          samples.put(Instant.now(), CpuSample.at(driver));
          resident = Math.max(resident, driver.peakResidentBytes());
        } catch (UncheckedIOException | IOException e) {
          // It ended since.
          break;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
      int status = process.awaitEnd(TIMEOUT);
      if (status != 0) {
        throw new StartException(
            job + " ended with status " + status + ":\n" + Files.readString(folder.log()), status);
      }
      return new MeasuredJob(folder, started, Instant.now(), samples, resident);
    } finally {
      process.stop();
    }
  }

  static Map<String, String> settings(DriverParts parts, RunOptions options) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>(parts.batchSettings());
    settings.putAll(options.settings());
    return settings;
  }

  double seconds() {
    return Duration.between(started, ended).toMillis() / 1_000.0;
  }

  double cpuSeconds() {
    return samples.lastEntry().getValue().cpu();
  }

  /** CPU seconds between two times. */
  double cpuSeconds(Instant from, Instant to) {
    return sample(to).cpu() - sample(from).cpu();
  }

  /** What it had used until then. */
  CpuSample sample(Instant at) {
    Map.Entry<Instant, CpuSample> last = samples.floorEntry(at);
    return last == null ? samples.firstEntry().getValue() : last.getValue();
  }
}
