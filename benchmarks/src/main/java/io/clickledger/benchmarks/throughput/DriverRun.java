package io.clickledger.benchmarks.throughput;

import io.clickledger.benchmarks.driver.CpuSample;
import io.clickledger.benchmarks.driver.DriverProcess;
import io.clickledger.benchmarks.driver.GarbageLog;
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
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The driver of production, from its start until it has nothing left to do. */
record DriverRun(Queries queries, DriverParts parts, FullTopic topic, DriverFolder folder) {
  static final Duration START_TIMEOUT = Duration.ofMinutes(5);
  static final Duration TIMEOUT = Duration.ofHours(3);

  /** Minimum share of clicks after the first batch for a separate figure. */
  private static final double MAX_FIRST_BATCH_SHARE = 0.75;

  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

  /** Which queries the driver runs. */
  enum Queries {
    LAND("land-clicks"),
    COUNT("count-clicks"),
    BOTH("land-clicks,count-clicks");

    final String argument;

    Queries(String argument) {
      this.argument = argument;
    }

    /** Starts a driver that runs them. */
    ManagedProcess start(DriverParts parts, DriverFolder folder, RunOptions options)
        throws IOException {
      return parts.startDriver(folder, options.settings(), "--queries", argument);
    }

    List<Lake.Batch> batches(Lake lake) {
      return this == LAND ? lake.landings() : lake.countings();
    }
  }

  /**
   * Runs it, prints the figures, and adds to {@code wrong} every difference from the oracle.
   *
   * @return what all of it cost, and what came after the first batch where that was most of it
   */
  List<Cost> measure(RunOptions options, List<String> wrong) throws Exception {
    Map<Integer, Long> ends = parts.topic().ends();
    Instant started = Instant.now();
    ManagedProcess process = queries.start(parts, folder, options);
    try (Lake lake = new Lake(parts.catalog())) {
      DriverProcess driver = new DriverProcess(process);
      process.awaitReady(START_TIMEOUT, () -> Files.exists(folder.ready()));
      CpuSample ready = CpuSample.at(driver);
      Instant running = Files.getLastModifiedTime(folder.ready()).toInstant();
      Watch watch = new Watch(driver, lake, ends);
      process.awaitReady(TIMEOUT, watch);
      long resident = driver.peakResidentBytes();
      process.stop();

      List<Lake.Batch> batches = queries.batches(lake);
      Instant ended = batches.get(batches.size() - 1).at();
      long clicks = queries == Queries.COUNT ? lake.landedRows() : topic.records();
      String name = "ours " + queries.argument;
      Cost all = Cost.between(name, clicks, running, ended, ready, watch.last);
      Optional<Cost> warm = afterFirst(name, lake, watch, clicks);
      System.out.println("\n" + all);
      warm.ifPresent(System.out::println);
      System.out.printf(
          "  start-up %.1f s, %.1f CPU s; %d batches landed, %d counted%n",
          Cost.seconds(started, running),
          ready.cpu(),
          lake.landings().size(),
          lake.countings().size());
      printMemory(folder, resident);
      History.lastIn(Files.readString(folder.log()))
          .ifPresent(history -> System.out.println("  " + history));
      printThreads(watch.last.since(ready));
      System.out.println("  " + lake.size());
      check(lake, wrong);
      if (options.profile()) {
        printProfile(running, ended, watch.last.since(ready));
        if (warm.isPresent()) {
          System.out.println("  after the first batch:");
          printProfile(batches.get(0).at(), ended, watch.last.since(watch.first));
        }
      }
      return Stream.concat(Stream.of(all), warm.stream()).toList();
    } finally {
      process.stop();
    }
  }

  /**
   * The first batch includes the warm-up; the batches after it show the steady state. Where landing
   * ran so far ahead of counting that few clicks were counted after it, there is no figure.
   */
  private Optional<Cost> afterFirst(String name, Lake lake, Watch watch, long clicks) {
    List<Lake.Batch> batches = queries.batches(lake);
    Instant first = batches.get(0).at();
    double share =
        queries == Queries.BOTH
            ? Math.min(shareAfter(first, lake.landings()), shareAfter(first, batches))
            : shareAfter(first, batches);
    if (share < MAX_FIRST_BATCH_SHARE) {
      return Optional.empty();
    }
    return Optional.of(
        Cost.between(
            name + " after the first batch",
            Math.round(clicks * share),
            first,
            batches.get(batches.size() - 1).at(),
            watch.first,
            watch.last));
  }

  private static double shareAfter(Instant first, List<Lake.Batch> batches) {
    long all = batches.stream().mapToLong(Lake.Batch::rows).sum();
    long after =
        batches.stream()
            .filter(batch -> batch.at().isAfter(first))
            .mapToLong(Lake.Batch::rows)
            .sum();
    return (double) after / all;
  }

  private void printProfile(Instant from, Instant to, Map<DriverProcess.Work, Double> cpu)
      throws IOException {
    Profile.read(Profile.recording(folder), from, to).print(System.out, cpu);
  }

  static void printMemory(DriverFolder folder, long resident) throws IOException {
    GarbageLog garbage = GarbageLog.read(folder.garbageLog());
    System.out.printf(
        "  peak resident %,d MiB; heap after collections: last %,d MiB, most %,d MiB; pauses %.1f"
            + " s%n",
        resident >> 20, garbage.last(), garbage.most(), garbage.pauseSeconds());
  }

  static void printThreads(Map<DriverProcess.Work, Double> seconds) {
    System.out.println(
        seconds.entrySet().stream()
            .map(e -> "%s %.1f".formatted(e.getKey(), e.getValue()))
            .collect(Collectors.joining(", ", "  CPU s by threads: ", "")));
  }

  private void check(Lake lake, List<String> wrong) throws IOException {
    expect("rows of raw.clicks", topic.landed(), lake.landedRows(), wrong);
    expect("rows of raw.rejected_clicks", topic.rejected(), lake.rejectedRows(), wrong);
    if (queries != Queries.LAND) {
      Lake.Counted counted = lake.counted();
      expect("gross clicks of live", topic.landed(), counted.gross(), wrong);
      expect("duplicate clicks of live", topic.duplicates(), counted.duplicates(), wrong);
    }
  }

  private void expect(String what, long expected, long found, List<String> wrong) {
    if (expected != found) {
      wrong.add("%s: %s: %,d, must be %,d".formatted(queries.argument, what, found, expected));
    }
  }

  /** Looks at driver and lake again and again until the work is done. */
  private final class Watch implements BooleanSupplier {
    private final DriverProcess driver;
    private final Lake lake;
    private final Map<Integer, Long> ends;
    private CpuSample first;
    private CpuSample last;
    private long lookedAt;

    Watch(DriverProcess driver, Lake lake, Map<Integer, Long> ends) {
      this.driver = driver;
      this.lake = lake;
      this.ends = ends;
    }

    @Override
    public boolean getAsBoolean() {
      long now = System.nanoTime();
      if (now - lookedAt < POLL_INTERVAL.toNanos()) {
        return false;
      }
      lookedAt = now;
      last = CpuSample.at(driver);
      lake.refresh();
      if (first == null && !queries.batches(lake).isEmpty()) {
        first = last;
      }
      return (queries == Queries.COUNT || lake.hasLanded(ends))
          && (queries == Queries.LAND || lake.hasCounted());
    }
  }
}
