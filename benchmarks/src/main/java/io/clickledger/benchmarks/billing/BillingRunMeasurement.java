package io.clickledger.benchmarks.billing;

import io.clickledger.benchmarks.driver.CpuSample;
import io.clickledger.benchmarks.driver.DriverProcess;
import io.clickledger.benchmarks.driver.GarbageLog;
import io.clickledger.benchmarks.driver.Profile;
import io.clickledger.benchmarks.driver.RunOptions;
import io.clickledger.sandbox.driver.DriverFolder;
import io.clickledger.sandbox.driver.DriverParts;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import io.clickledger.sandbox.parts.process.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One billing run, from its start to its end. */
final class BillingRunMeasurement {
  private static final String JOB = "roll-up-clicks";
  private static final Duration TIMEOUT = Duration.ofHours(2);
  private static final long PAUSE_MILLIS = 100;

  private final DriverFolder folder;
  private final Instant started;
  private final Instant ended;
  private final NavigableMap<Instant, CpuSample> samples;
  private final long peakResidentBytes;

  /** What a run cost, in total and in the step RollUpClicks. */
  record Cost(long clicks, double seconds, double cpuSeconds, double rollUpSeconds) {
    double cpuMicrosPerClick() {
      return 1e6 * cpuSeconds / clicks;
    }

    double microsPerClick() {
      return 1e6 * seconds / clicks;
    }
  }

  private BillingRunMeasurement(
      DriverFolder folder,
      Instant started,
      Instant ended,
      NavigableMap<Instant, CpuSample> samples,
      long peakResidentBytes) {
    this.folder = folder;
    this.started = started;
    this.ended = ended;
    this.samples = samples;
    this.peakResidentBytes = peakResidentBytes;
  }

  /** Runs it for a date; fails where it does not publish. */
  static BillingRunMeasurement of(
      DriverParts parts, RunOptions options, DriverFolder folder, LocalDate date)
      throws IOException, InterruptedException {
    Instant started = Instant.now();
    ManagedProcess process =
        parts.start(folder, settings(parts, options), JOB, "--date", date.toString());
    try {
      DriverProcess driver = new DriverProcess(process);
      NavigableMap<Instant, CpuSample> samples = new TreeMap<>();
      samples.put(started, new CpuSample(0, Map.of()));
      long resident = 0;
      while (process.isAlive()) {
        try {
          samples.put(Instant.now(), CpuSample.at(driver));
          resident = Math.max(resident, driver.peakResidentBytes());
        } catch (java.io.UncheckedIOException | IOException e) {
          // It ended since.
          break;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
      int status = process.awaitEnd(TIMEOUT);
      if (status != 0) {
        throw new StartException(
            JOB + " ended with status " + status + ":\n" + Files.readString(folder.log()), status);
      }
      return new BillingRunMeasurement(folder, started, Instant.now(), samples, resident);
    } finally {
      process.stop();
    }
  }

  static Map<String, String> settings(DriverParts parts, RunOptions options) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>(parts.batchSettings());
    settings.putAll(options.settings());
    return settings;
  }

  static DriverFolder folder(RunOptions options, java.nio.file.Path path) throws IOException {
    return options.driver(path, JOB);
  }

  /** Prints the figures. */
  Cost print(BillingRunLoad load, long clicks, RunOptions options) throws IOException {
    List<BillingRunSteps.Part> parts =
        BillingRunSteps.of(Files.readString(folder.log()), started, ended);
    double seconds = seconds(started, ended);
    double cpu = samples.lastEntry().getValue().cpu();
    System.out.printf(
        "%nbilling run of %s: %.1f s, %,.0f clicks/s; %.1f CPU s, %.2f us a click, %,.0f clicks per"
            + " CPU-second%n",
        load, seconds, clicks / seconds, cpu, 1e6 * cpu / clicks, clicks / cpu);
    GarbageLog garbage = GarbageLog.read(folder.garbageLog());
    System.out.printf(
        "  peak resident %,d MiB; heap after collections: last %,d MiB, most %,d MiB; pauses %.1f"
            + " s%n",
        peakResidentBytes >> 20, garbage.last(), garbage.most(), garbage.pauseSeconds());
    System.out.println(
        samples.lastEntry().getValue().byWork().entrySet().stream()
            .map(work -> "%s %.1f".formatted(work.getKey(), work.getValue()))
            .collect(Collectors.joining(", ", "  CPU s by threads: ", "")));
    Map<String, List<BillingRunSteps.Part>> bySteps =
        parts.stream()
            .collect(
                Collectors.groupingBy(
                    BillingRunSteps.Part::step, LinkedHashMap::new, Collectors.toList()));
    for (Map.Entry<String, List<BillingRunSteps.Part>> step : bySteps.entrySet()) {
      List<BillingRunSteps.Part> ofStep = step.getValue();
      print(step.getKey(), ofStep.get(0).from(), ofStep.get(ofStep.size() - 1).to(), clicks);
      if (ofStep.size() > 1) {
        ofStep.forEach(part -> print("  " + part.name(), part.from(), part.to(), clicks));
      }
    }
    if (options.profile()) {
      printProfiles(bySteps);
    }
    double rollUp =
        bySteps.getOrDefault("RollUpClicks", new ArrayList<>()).stream()
            .mapToDouble(part -> seconds(part.from(), part.to()))
            .sum();
    return new Cost(clicks, seconds, cpu, rollUp);
  }

  private void print(String name, Instant from, Instant to, long clicks) {
    double cpu = cpu(to) - cpu(from);
    System.out.printf(
        "  %-88s %7.1f s %7.1f CPU s %6.2f us a click%n",
        name.length() > 88 ? name.substring(0, 88) : name,
        seconds(from, to),
        cpu,
        1e6 * cpu / clicks);
  }

  private void printProfiles(Map<String, List<BillingRunSteps.Part>> bySteps) throws IOException {
    System.out.println("\n  the whole run:");
    Profile.read(Profile.recording(folder), started, ended)
        .print(System.out, samples.lastEntry().getValue().byWork());
    for (Map.Entry<String, List<BillingRunSteps.Part>> step : bySteps.entrySet()) {
      for (BillingRunSteps.Part part : step.getValue()) {
        if (seconds(part.from(), part.to()) > 5) {
          System.out.printf("%n  %s, %s:%n", step.getKey(), part.name());
          Profile.read(Profile.recording(folder), part.from(), part.to())
              .print(System.out, sample(part.to()).since(sample(part.from())));
        }
      }
    }
  }

  private CpuSample sample(Instant at) {
    Map.Entry<Instant, CpuSample> last = samples.floorEntry(at);
    return last == null ? samples.firstEntry().getValue() : last.getValue();
  }

  private double cpu(Instant at) {
    return sample(at).cpu();
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1_000.0;
  }
}
