package io.clickledger.benchmarks.billing;

import io.clickledger.benchmarks.driver.RunOptions;
import io.clickledger.lake.commit.CommittedPosition;
import io.clickledger.lake.commit.QueryNames;
import io.clickledger.sandbox.driver.DriverParts;
import io.clickledger.sandbox.driver.IcebergLake;
import io.clickledger.sandbox.parts.process.Folders;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import io.clickledger.schemas.BillingClicksByQuarterHour;
import io.clickledger.schemas.FraudClickIds;
import io.clickledger.schemas.LiveClicksByMinute;
import io.clickledger.schemas.RawClicks;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.schemas.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;

/**
 * A lake before a billing run: the hours before the day are published by a real run, earlier days
 * are made out of them, and the clicks of the day have landed. Kept in a folder, so that several
 * runs begin with the same one.
 */
final class FilledLake {
  /** How long after midnight a billing run starts. */
  private static final Duration RUN_AFTER = Duration.ofMinutes(5);

  /** What the stateful rules can see of the day before. */
  private static final Duration HISTORY = Duration.ofHours(1);

  private static final Duration TIMEOUT = Duration.ofHours(2);

  private final Path folder;
  private final BillingRunLoad load;
  private final RunOptions options;
  private final LocalDate day;

  /**
   * Fills the lake where the folder does not have it yet.
   *
   * @param newDay which day to fill where it is not filled yet
   */
  FilledLake(Path folder, BillingRunLoad load, RunOptions options, LocalDate newDay)
      throws Exception {
    this.folder = folder;
    this.load = load;
    this.options = options;
    Path marker = folder.resolve("full-lake-has-" + load.hashCode());
    if (Files.exists(marker)) {
      this.day = LocalDate.parse(Files.readString(marker));
    } else {
      this.day = newDay;
      fill();
      Files.writeString(marker, day.toString());
    }
  }

  /** The day that the run makes final. */
  LocalDate day() {
    return day;
  }

  Path topic() {
    return folder.resolve("topic");
  }

  private void fill() throws Exception {
    Folders.delete(topic());
    Instant begun = Instant.now();
    try (DriverParts parts = new DriverParts(folder, topic(), options.metadata())) {
      parts.emptyLake();
      Instant start = start(day);
      try (IcebergLake lake = new IcebergLake(parts.catalog())) {
        FilledDay filled =
            new FilledDay(
                lake.table(RawClicks.TABLE),
                lake.table(RawRejectedClicks.TABLE),
                parts.topic().id(),
                Catalogue.read(options.metadata()),
                load);
        filled.begin(start.minus(load.earlierDays() > 0 ? EarlierDays.PUBLISHED_HOURS : HISTORY));
        filled.land(start.plus(RUN_AFTER), load.alone().trouble(), Optional.empty(), 0);
        BillingRunMeasurement.of(parts, options, folder.resolve("run-before"), day.minusDays(1));
        say("published the hours before", begun);
        if (load.earlierDays() > 0) {
          new EarlierDays(lake, load, day.minusDays(1)).publish();
          say("made %d earlier days".formatted(load.earlierDays()), begun);
        }
        filled.land(start(day.plusDays(1)).plus(RUN_AFTER), load.trouble(), load.lateUpTo(), 1);
        say("landed", begun);
        if (load.live()) {
          count(parts, lake.table(LiveClicksByMinute.TABLE), filled.landedThrough());
          say("counted live", begun);
          upkeep(parts);
          say("folded and compacted", begun);
        }
        System.out.println("filled: " + size(lake));
      }
      parts.keepFullLake();
    }
  }

  private static void say(String what, Instant begun) {
    System.out.printf("  %4d s: %s%n", Duration.between(begun, Instant.now()).toSeconds(), what);
  }

  private void count(DriverParts parts, Table live, Instant through) throws IOException {
    ManagedProcess driver =
        parts.startDriver(
            options.driver(folder.resolve("run-count")),
            options.settings(),
            "--queries",
            QueryNames.COUNT_CLICKS);
    try {
      driver.awaitReady(
          TIMEOUT,
          () -> {
            live.refresh();
            return CommittedPosition.newest(live, QueryNames.COUNT_CLICKS)
                .filter(counted -> !counted.landedThrough().isBefore(through))
                .isPresent();
          });
    } finally {
      driver.stop();
    }
  }

  private void upkeep(DriverParts parts) throws IOException, InterruptedException {
    MeasuredJob.run(parts, options, folder.resolve("run-upkeep"), "upkeep");
  }

  private static String size(IcebergLake lake) {
    return List.of(
            RawClicks.TABLE,
            LiveClicksByMinute.TABLE,
            BillingClicksByQuarterHour.TABLE,
            FraudClickIds.TABLE)
        .stream()
        .map(name -> size(name, lake.table(name)))
        .collect(Collectors.joining("; "));
  }

  private static String size(TableName name, Table table) {
    Map<String, String> summary = table.currentSnapshot().summary();
    return "%s %,d rows, %s files, %,d MiB"
        .formatted(
            name,
            Long.parseLong(summary.getOrDefault("total-records", "0")),
            summary.getOrDefault("total-data-files", "0"),
            Long.parseLong(summary.getOrDefault("total-files-size", "0")) >> 20);
  }

  private static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
