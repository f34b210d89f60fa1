package io.clickledger.benchmarks.billing;

import io.clickledger.benchmarks.driver.GarbageLog;
import io.clickledger.benchmarks.driver.Profile;
import io.clickledger.benchmarks.driver.RunOptions;
import io.clickledger.sandbox.driver.DriverParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One billing run, from its start to its end. */
final class BillingRunMeasurement {
  static final String JOB = "roll-up-clicks";
  private final MeasuredJob job;

  /** What a run cost, in total and in the step RollUpClicks. */
  record Cost(long clicks, double seconds, double cpuSeconds, double rollUpSeconds) {
    double cpuMicrosPerClick() {
      return 1e6 * cpuSeconds / clicks;
    }

    double microsPerClick() {
      return 1e6 * seconds / clicks;
    }
  }

  private BillingRunMeasurement(MeasuredJob job) {
    this.job = job;
  }

  /** Runs it for a date; fails where it does not publish. */
  static BillingRunMeasurement of(DriverParts parts, RunOptions options, Path path, LocalDate date)
      throws IOException, InterruptedException {
    return new BillingRunMeasurement(
        MeasuredJob.run(parts, options, path, JOB, "--date", date.toString()));
  }

  /** Prints the figures. */
  Cost print(BillingRunLoad load, long clicks, RunOptions options) throws IOException {
    List<BillingRunSteps.Part> parts =
        BillingRunSteps.of(Files.readString(job.folder().log()), job.started(), job.ended());
    double seconds = job.seconds();
    double cpu = job.cpuSeconds();
    System.out.printf(
        "%nbilling run of %s: %.1f s, %,.0f clicks/s; %.1f CPU s, %.2f us a click, %,.0f clicks per"
            + " CPU-second%n",
        load, seconds, clicks / seconds, cpu, 1e6 * cpu / clicks, clicks / cpu);
    GarbageLog garbage = GarbageLog.read(job.folder().garbageLog());
    System.out.printf(
        "  peak resident %,d MiB; heap after collections: last %,d MiB, most %,d MiB; pauses %.1f"
            + " s%n",
        job.peakResidentBytes() >> 20, garbage.last(), garbage.most(), garbage.pauseSeconds());
    System.out.println(
        job.samples().lastEntry().getValue().byWork().entrySet().stream()
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
    double cpu = job.cpuSeconds(from, to);
    System.out.printf(
        "  %-88s %7.1f s %7.1f CPU s %6.2f us a click%n",
        name.length() > 88 ? name.substring(0, 88) : name,
        seconds(from, to),
        cpu,
        1e6 * cpu / clicks);
  }

  private void printProfiles(Map<String, List<BillingRunSteps.Part>> bySteps) throws IOException {
    System.out.println("\n  the whole run:");
    Profile.read(Profile.recording(job.folder()), job.started(), job.ended())
        .print(System.out, job.samples().lastEntry().getValue().byWork());
    for (Map.Entry<String, List<BillingRunSteps.Part>> step : bySteps.entrySet()) {
      for (BillingRunSteps.Part part : step.getValue()) {
        if (seconds(part.from(), part.to()) > 5) {
          System.out.printf("%n  %s, %s:%n", step.getKey(), part.name());
          Profile.read(Profile.recording(job.folder()), part.from(), part.to())
              .print(System.out, job.sample(part.to()).since(job.sample(part.from())));
        }
      }
    }
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1_000.0;
  }
}
