package io.clickledger.benchmarks.throughput;

import io.clickledger.benchmarks.driver.CpuSample;
import io.clickledger.benchmarks.driver.DriverProcess;
import io.clickledger.benchmarks.driver.History;
import io.clickledger.benchmarks.driver.Profile;
import io.clickledger.benchmarks.driver.RunOptions;
import io.clickledger.sandbox.driver.DriverFolder;
import io.clickledger.sandbox.driver.DriverParts;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A driver that starts on a full window while clicks come, until it has caught up with them. */
record RestartRun(DriverParts parts, DriverFolder folder) {
  /** Live that is no older than this is as fresh as ever. */
  private static final Duration CAUGHT_UP = Duration.ofSeconds(10);

  private static final Duration TIMEOUT = Duration.ofMinutes(15);

  /** The first line of the driver's log that has a time. */
  private static final Pattern QUERIES_STARTED =
      Pattern.compile("(?m)^(\\S+Z) INFO StreamClicksJob: running ");

  private static final Pattern WINDOW_KNOWN =
      Pattern.compile(
          "(?m)^(\\S+Z) INFO Histories: loaded click histories (history_ids=\\d+ .*?)"
              + " millis=(\\d+)$");

  /** Starts the driver and the traffic at once, and prints how live got to move again. */
  void measure(RunOptions options, Supplier<SteadyTraffic> traffic) throws Exception {
    int landedBefore;
    int countedBefore;
    try (Lake lake = new Lake(parts.catalog())) {
      landedBefore = lake.landings().size();
      countedBefore = lake.countings().size();
    }
    Instant started = Instant.now();
    ManagedProcess process = DriverRun.Queries.BOTH.start(parts, folder, options);
    try (SteadyTraffic clicks = traffic.get();
        Lake lake = new Lake(parts.catalog())) {
      DriverProcess driver = new DriverProcess(process);
      CpuSample[] moved = new CpuSample[1];
      process.awaitReady(
          TIMEOUT,
          () -> {
            lake.refresh();
            List<Lake.Batch> counted = after(lake.countings(), countedBefore);
            if (moved[0] == null && !counted.isEmpty()) {
              moved[0] = CpuSample.at(driver);
            }
            return counted.stream().anyMatch(RestartRun::isFresh);
          });
      CpuSample caughtUp = CpuSample.at(driver);
      long resident = driver.peakResidentBytes();
      long sent = clicks.end();
      process.stop();
      List<Lake.Batch> landed = after(lake.landings(), landedBefore);
      List<Lake.Batch> counted = after(lake.countings(), countedBefore);
      print(started, clicks.begun(), landed, counted);
      System.out.printf(
          "  sent %,d clicks meanwhile; CPU %.1f s until live moved, %.1f s until it had caught"
              + " up%n",
          sent, moved[0].cpu(), caughtUp.cpu());
      DriverRun.printThreads(moved[0].byWork());
      DriverRun.printMemory(folder, resident);
      History.lastIn(Files.readString(folder.log()))
          .ifPresent(history -> System.out.println("  " + history));
      if (options.profile()) {
        Profile.read(Profile.recording(folder), started, counted.get(0).at())
            .print(System.out, moved[0].byWork());
      }
    } finally {
      process.stop();
    }
  }

  private void print(
      Instant started, Instant clicksBegun, List<Lake.Batch> landed, List<Lake.Batch> counted)
      throws IOException {
    String log = Files.readString(folder.log());
    Instant running = find(QUERIES_STARTED, log).map(line -> Instant.parse(line.group(1))).get();
    System.out.printf(
        "%nrestart: live moved again after %.1f s and had caught up after %.1f s; it was %.1f s old"
            + " at most%n",
        Cost.seconds(started, counted.get(0).at()),
        Cost.seconds(started, firstFresh(counted).at()),
        greatestAge(clicksBegun, counted));
    System.out.printf("  %-40s %6.1f s%n", "queries run", Cost.seconds(started, running));
    find(WINDOW_KNOWN, log)
        .ifPresent(
            line -> {
              double known = Cost.seconds(started, Instant.parse(line.group(1)));
              double took = Long.parseLong(line.group(3)) / 1_000.0;
              System.out.printf(
                  "  %-40s %6.1f s, from %.1f s on (%s)%n",
                  "loaded click histories", known, known - took, line.group(2));
            });
    System.out.printf(
        "  %-40s %6.1f s (%,d clicks)%n",
        "first landing", Cost.seconds(started, landed.get(0).at()), landed.get(0).rows());
    System.out.printf(
        "  %-40s %6.1f s%n", "first count", Cost.seconds(started, counted.get(0).at()));
  }

  /** How old what live has not was at most: the time since its newest landing, or since then. */
  private static double greatestAge(Instant clicksBegun, List<Lake.Batch> counted) {
    double greatest = 0;
    Instant through = clicksBegun;
    for (Lake.Batch batch : counted) {
      greatest = Math.max(greatest, Cost.seconds(through, batch.at()));
      through = batch.landedThrough();
    }
    return greatest;
  }

  private static Lake.Batch firstFresh(List<Lake.Batch> counted) {
    return counted.stream().filter(RestartRun::isFresh).findFirst().orElseThrow();
  }

  private static boolean isFresh(Lake.Batch batch) {
    return Duration.between(batch.landedThrough(), batch.at()).compareTo(CAUGHT_UP) < 0;
  }

  private static List<Lake.Batch> after(List<Lake.Batch> batches, int before) {
    return batches.subList(Math.min(before, batches.size()), batches.size());
  }

  private static Optional<Matcher> find(Pattern line, String log) {
    Matcher found = line.matcher(log);
    return found.find() ? Optional.of(found) : Optional.empty();
  }
}
