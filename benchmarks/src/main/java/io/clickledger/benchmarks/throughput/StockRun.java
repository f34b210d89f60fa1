package io.clickledger.benchmarks.throughput;

import io.clickledger.benchmarks.driver.CpuSample;
import io.clickledger.benchmarks.driver.DriverProcess;
import io.clickledger.benchmarks.driver.Profile;
import io.clickledger.benchmarks.driver.RunOptions;
import io.clickledger.sandbox.driver.DriverFolder;
import io.clickledger.sandbox.driver.DriverParts;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The same work done by stock parts, in one driver: first all is landed, then all is counted. */
record StockRun(DriverParts parts, FullTopic topic, DriverFolder folder) {
  private static final String CLASS = "io.clickledger.benchmarks.stock.StockClicksMain";

  /** Settings of the driver that the stock way has too, under its own prefix. */
  private static final Set<String> SHARED =
      Set.of("streaming.max-offsets-per-batch", "streaming.dedup-window");

  /** What landing, counting and both cost; adds to {@code wrong} what cannot be. */
  List<Cost> measure(RunOptions options, List<String> wrong) throws Exception {
    Instant started = Instant.now();
    ManagedProcess process =
        parts.start(
            folder,
            settings(options.settings()),
            "submit",
            "stream-clicks",
            "benchmarks/stock-way",
            CLASS);
    try (Lake lake = new Lake(parts.catalog())) {
      DriverProcess driver = new DriverProcess(process);
      Milestone ready = await(process, driver, "ready");
      Milestone landed = await(process, driver, "landed");
      Milestone counted = await(process, driver, "counted");
      long resident = driver.peakResidentBytes();
      process.stop();

      lake.refresh();
      List<Cost> costs =
          List.of(
              ready.until(landed, "stock land-clicks", topic.records()),
              landed.until(counted, "stock count-clicks", lake.landedRows()),
              ready.until(counted, "stock land-clicks,count-clicks", topic.records()));
      System.out.println();
      costs.forEach(System.out::println);
      System.out.printf(
          "  start-up %.1f s, %.1f CPU s%n",
          Cost.seconds(started, ready.at()), ready.sample().cpu());
      DriverRun.printMemory(folder, resident);
      DriverRun.printThreads(counted.sample().since(ready.sample()));
      System.out.println("  " + lake.size());
      check(lake, wrong);
      if (options.profile()) {
        System.out.println("  landing:");
        Profile.read(Profile.recording(folder), ready.at(), landed.at())
            .print(System.out, landed.sample().since(ready.sample()));
        System.out.println("  counting:");
        Profile.read(Profile.recording(folder), landed.at(), counted.at())
            .print(System.out, counted.sample().since(landed.sample()));
      }
      return costs;
    } finally {
      process.stop();
    }
  }

  private Map<String, String> settings(Map<String, String> given) throws IOException {
    Map<String, String> settings = parts.settings();
    settings.put("stock.checkpoints", parts.checkpoints().toString());
    settings.put("stock.milestones", folder.path().toString());
    given.forEach(
        (name, value) -> {
          if (SHARED.contains(name)) {
            settings.put(name.replace("streaming.", "stock."), value);
          }
        });
    return settings;
  }

  /** SQL does not see all that the contract forbids: a few rejected records may come through. */
  private void check(Lake lake, List<String> wrong) throws Exception {
    long landed = lake.landedRows();
    if (landed < topic.landed() || landed > topic.records()) {
      wrong.add(
          "stock: rows of raw.clicks: %,d, must be %,d to %,d"
              .formatted(landed, topic.landed(), topic.records()));
    }
    long gross = lake.counted().gross();
    if (gross != landed - topic.duplicates()) {
      wrong.add(
          "stock: clicks of live: %,d, must be %,d".formatted(gross, landed - topic.duplicates()));
    }
  }

  private Milestone await(ManagedProcess process, DriverProcess driver, String name)
      throws Exception {
    Path file = folder.milestone(name);
    long[] lookedAt = {System.nanoTime()};
    process.awaitReady(
        DriverRun.TIMEOUT,
        () -> {
          // Threads that end take their time with them, so they are looked at now and then.
          if (System.nanoTime() - lookedAt[0] > 1_000_000_000L) {
            CpuSample.at(driver);
            lookedAt[0] = System.nanoTime();
          }
          return Files.exists(file);
        });
    return new Milestone(Instant.parse(Files.readString(file)), CpuSample.at(driver));
  }

  private record Milestone(Instant at, CpuSample sample) {
    Cost until(Milestone end, String name, long clicks) {
      return Cost.between(name, clicks, at, end.at, sample, end.sample);
    }
  }
}
