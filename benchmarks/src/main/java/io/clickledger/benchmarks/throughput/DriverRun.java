package io.clickledger.benchmarks.throughput;

import io.clickledger.benchmarks.DriverProcess;
import io.clickledger.benchmarks.GarbageLog;
import io.clickledger.sandbox.parts.OwnProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** The driver of production, from its start until it has nothing left to do. */
record DriverRun(Queries queries, Parts parts, FullTopic topic, RunFolder folder) {
  static final Duration START_LIMIT = Duration.ofMinutes(5);
  static final Duration LIMIT = Duration.ofHours(3);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** Which queries the driver runs. */
  enum Queries {
    LAND("land-clicks"),
    COUNT("count-clicks"),
    BOTH("land-clicks,count-clicks");

    final String argument;

    Queries(String argument) {
      this.argument = argument;
    }

    List<Lake.Batch> batches(Lake lake) {
      return this == LAND ? lake.landings() : lake.countings();
    }
  }

  /** Runs it, prints what was seen, and adds to {@code wrong} what is not as the oracle has it. */
  Cost measure(Map<String, String> settings, boolean profile, List<String> wrong) throws Exception {
    Map<Integer, Long> ends = FullTopic.ends(parts.broker());
    Instant started = Instant.now();
    OwnProcess process =
        parts
            .script(
                "stream-clicks",
                "--settings",
                parts.streamingSettings(folder.milestone("ready"), settings).toString(),
                "--queries",
                queries.argument)
            .environment("CLICKLEDGER_CONF", folder.path().toString())
            .log(folder.log())
            .start();
    try (Lake lake = new Lake(parts.catalog())) {
      DriverProcess driver = new DriverProcess(process);
      process.awaitReady(START_LIMIT, () -> Files.exists(folder.milestone("ready")));
      Look ready = Look.at(driver);
      Instant running = Files.getLastModifiedTime(folder.milestone("ready")).toInstant();
      Watch watch = new Watch(driver, lake, ends);
      process.awaitReady(LIMIT, watch);
      long resident = driver.peakResidentBytes();
      process.stop();

      List<Lake.Batch> batches = queries.batches(lake);
      Instant ended = batches.get(batches.size() - 1).at();
      long clicks = queries == Queries.COUNT ? lake.landedRows() : topic.records();
      Cost cost =
          Cost.between("ours " + queries.argument, clicks, running, ended, ready, watch.last);
      System.out.println("\n" + cost);
      System.out.printf(
          "  start-up %.1f s, %.1f CPU s; %d batches landed, %d counted%n",
          Cost.seconds(started, running),
          ready.cpu(),
          lake.landings().size(),
          lake.countings().size());
      afterFirst(batches, watch, clicks).ifPresent(line -> System.out.println("  " + line));
      printMemory(folder, resident);
      printThreads(watch.last.since(ready));
      System.out.println("  " + lake.size());
      check(lake, wrong);
      if (profile) {
        Profile.read(folder.recording(), running, ended).print(System.out, watch.last.since(ready));
      }
      return cost;
    } finally {
      process.stop();
    }
  }

  /** The first batch pays for warming up; what comes after it is what goes on for months. */
  private static Optional<Cost> afterFirst(List<Lake.Batch> batches, Watch watch, long clicks) {
    if (batches.size() < 3 || watch.first == null) {
      return Optional.empty();
    }
    long rows = batches.stream().mapToLong(Lake.Batch::rows).sum();
    double share = 1 - (double) batches.get(0).rows() / rows;
    return Optional.of(
        Cost.between(
            "after the first batch",
            Math.round(clicks * share),
            batches.get(0).at(),
            batches.get(batches.size() - 1).at(),
            watch.first,
            watch.last));
  }

  static void printMemory(RunFolder folder, long resident) throws IOException {
    GarbageLog garbage = GarbageLog.read(folder.garbageLog());
    System.out.printf(
        "  peak resident %,d MiB; heap after collections: last %,d MiB, most %,d MiB; pauses %.1f s%n",
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
    private Look first;
    private Look last;
    private long lookedAt;

    Watch(DriverProcess driver, Lake lake, Map<Integer, Long> ends) {
      this.driver = driver;
      this.lake = lake;
      this.ends = ends;
    }

    @Override
    public boolean getAsBoolean() {
      long now = System.nanoTime();
      if (now - lookedAt < LOOK_EVERY.toNanos()) {
        return false;
      }
      lookedAt = now;
      last = Look.at(driver);
      lake.refresh();
      if (first == null && !queries.batches(lake).isEmpty()) {
        first = last;
      }
      return (queries == Queries.COUNT || lake.hasLanded(ends))
          && (queries == Queries.LAND || lake.hasCounted());
    }
  }
}
