package io.clickledger.benchmarks.throughput;

import io.clickledger.benchmarks.DriverProcess;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The same work done by stock parts, in one driver: first all is landed, then all is counted. */
record StockRun(Parts parts, FullTopic topic, RunFolder folder) {
  private static final String CLASS = "io.clickledger.benchmarks.stock.StockClicksMain";

  /** What landing, counting and both cost; adds to {@code wrong} what cannot be. */
  List<Cost> measure(Map<String, String> settings, boolean profile, List<String> wrong)
      throws Exception {
    Instant started = Instant.now();
    ManagedProcess process =
        parts
            .script(
                "submit",
                "stream-clicks",
                "benchmarks/stock-way",
                CLASS,
                "--settings",
                parts.stockSettings(folder.path(), settings).toString())
            .environment("CLICKLEDGER_CONF", folder.path().toString())
            .log(folder.log())
            .start();
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
      if (profile) {
        System.out.println("  landing:");
        Profile.read(folder.recording(), ready.at(), landed.at())
            .print(System.out, landed.sample().since(ready.sample()));
        System.out.println("  counting:");
        Profile.read(folder.recording(), landed.at(), counted.at())
            .print(System.out, counted.sample().since(landed.sample()));
      }
      return costs;
    } finally {
      process.stop();
    }
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
