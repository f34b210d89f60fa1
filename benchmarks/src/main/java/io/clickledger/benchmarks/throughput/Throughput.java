package io.clickledger.benchmarks.throughput;

import io.clickledger.benchmarks.Machine;
import io.clickledger.sandbox.parts.OwnProcess;
import io.clickledger.sandbox.parts.RepositoryRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Lands and counts a topic full of clicks with the driver of production, on parts of its own, and
 * says how fast and at what cost. A total that differs from the oracle's is exit status 1.
 */
@Command(
    name = "throughput",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures how fast the streaming driver lands and counts a full topic.")
public final class Throughput implements Callable<Integer> {
  private static final Duration START_LIMIT = Duration.ofMinutes(5);
  private static final Duration RUN_LIMIT = Duration.ofHours(3);
  private static final long LOOK_MILLIS = 500;

  @Option(
      names = "--clicks",
      defaultValue = "5000000",
      description = "Records in the topic (${DEFAULT-VALUE}).")
  private int clicks;

  @Option(
      names = "--span",
      defaultValue = "PT24H",
      description = "Time over which they are spread, until now (${DEFAULT-VALUE}).")
  private Duration span;

  @Option(names = "--seed", defaultValue = "1", description = "Seed (${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--queries",
      split = ",",
      defaultValue = "LAND,COUNT,BOTH",
      description = "Of LAND, COUNT, BOTH (all). COUNT lands first.")
  private Set<Queries> queries = EnumSet.allOf(Queries.class);

  @Option(names = "--dir", description = "Folder of everything it makes (default: a new one).")
  private Optional<Path> dir = Optional.empty();

  @Option(names = "--keep", description = "Leaves the folder, so that its topic serves again.")
  private boolean keep;

  @Option(names = "--profile", description = "Records where the CPU time goes, and prints it.")
  private boolean profile;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark in place of spark-submit/conf/'s.")
  private Map<String, String> conf = new LinkedHashMap<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the driver, such as streaming.max-offsets-per-batch=500000.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--metadata",
      defaultValue = "sandbox/demo-metadata",
      description = "Folder of the metadata CSV files (${DEFAULT-VALUE}).")
  private Path metadata;

  private Path folder;
  private Parts parts;
  private FullTopic topic;
  private final List<String> wrong = new ArrayList<>();

  /** Which queries the driver runs; picocli shows the names. */
  enum Queries {
    LAND("land-clicks"),
    COUNT("count-clicks"),
    BOTH("land-clicks,count-clicks");

    private final String argument;

    Queries(String argument) {
      this.argument = argument;
    }
  }

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Throughput()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    folder =
        dir.isPresent()
            ? Files.createDirectories(dir.get().toAbsolutePath())
            : Files.createTempDirectory("clickledger-throughput-");
    Path topicFolder = folder.resolve("topic-%d-%s-%d".formatted(clicks, span, seed));
    try (Parts started = new Parts(folder, topicFolder, metadata)) {
      parts = started;
      topic = fullTopic(topicFolder.resolve("full.properties"));
      System.out.println("on " + Machine.describe());
      if (queries.contains(Queries.LAND) || queries.contains(Queries.COUNT)) {
        parts.emptyLake();
        run(Queries.LAND);
      }
      if (queries.contains(Queries.COUNT)) {
        run(Queries.COUNT);
      }
      if (queries.contains(Queries.BOTH)) {
        parts.emptyLake();
        run(Queries.BOTH);
      }
    } finally {
      if (!keep) {
        Parts.delete(folder);
      }
    }
    wrong.forEach(line -> System.out.println("WRONG: " + line));
    System.out.println(wrong.isEmpty() ? "all totals are right" : "NOT RIGHT");
    return wrong.isEmpty() ? 0 : 1;
  }

  private FullTopic fullTopic(Path file) throws Exception {
    Optional<FullTopic> full = FullTopic.read(file);
    if (full.isPresent()) {
      return full.get();
    }
    if (FullTopic.ends(parts.broker()).values().stream().anyMatch(end -> end > 0)) {
      throw new IllegalStateException(
          "the topic in " + file.getParent() + " was not filled to its end: delete the folder");
    }
    Instant begun = Instant.now();
    FullTopic filled = FullTopic.fill(parts.broker(), metadata, clicks, span, seed);
    filled.write(file);
    double seconds = seconds(Duration.between(begun, Instant.now()));
    System.out.printf("filled the topic: %s, %.0f records/s%n", filled, clicks / seconds);
    return filled;
  }

  /** One driver from its start until it has nothing left to do. */
  private void run(Queries mode) throws Exception {
    Path runFolder = folder.resolve("run-" + mode.name().toLowerCase(java.util.Locale.ROOT));
    Parts.delete(runFolder);
    Files.createDirectories(runFolder);
    Path readyFile = runFolder.resolve("ready");
    Path gcLog = runFolder.resolve("gc.log");
    Path recording = runFolder.resolve("driver.jfr");
    writeConf(runFolder, gcLog, recording);
    Map<Integer, Long> ends = FullTopic.ends(parts.broker());
    Instant started = Instant.now();
    OwnProcess process =
        parts
            .script(
                "stream-clicks",
                "--settings",
                parts.streamingSettings(readyFile, settings).toString(),
                "--queries",
                mode.argument)
            .environment("CLICKLEDGER_CONF", runFolder.toString())
            .log(runFolder.resolve("driver.log"))
            .start();
    try (Lake lake = new Lake(parts.catalog())) {
      DriverProcess driver = new DriverProcess(process);
      process.awaitReady(START_LIMIT, () -> Files.exists(readyFile));
      Look ready = Look.at(driver);
      Instant running = Files.getLastModifiedTime(readyFile).toInstant();
      Watch watch = new Watch(driver, lake, mode, ends);
      process.awaitReady(RUN_LIMIT, watch::isDone);
      long resident = driver.peakResidentBytes();
      process.stop();
      GarbageLog garbage = GarbageLog.read(gcLog);

      List<Lake.Batch> batches = mode == Queries.LAND ? lake.landings() : lake.countings();
      Instant ended = batches.get(batches.size() - 1).at();
      long worked = mode == Queries.COUNT ? lake.landedRows() : topic.records();
      double wall = seconds(Duration.between(running, ended));
      double cpu = watch.last.cpu() - ready.cpu();
      System.out.printf(
          "%n%s: %,d clicks in %.1f s: %,.0f clicks/s; %.1f CPU s: %,.0f clicks per CPU-second%n",
          mode.argument, worked, wall, worked / wall, cpu, worked / cpu);
      System.out.printf(
          "  start-up %.1f s, %.1f CPU s; batches: %s%n",
          seconds(Duration.between(started, running)), ready.cpu(), batchText(lake, mode));
      steady(batches, watch, wall, worked);
      System.out.printf(
          "  peak resident %,d MiB; heap after collections: last %,d MiB, most %,d MiB; pauses %.1f s%n",
          resident >> 20, garbage.last(), garbage.most(), garbage.pauseSeconds());
      Map<DriverProcess.Work, Double> byWork = watch.last.since(ready);
      System.out.println("  CPU s by threads: " + text(byWork));
      System.out.println("  " + lake.size().strip());
      check(mode, lake);
      if (profile) {
        Profile.read(recording, running, ended).print(System.out, byWork);
      }
    } finally {
      process.stop();
    }
  }

  private String batchText(Lake lake, Queries mode) {
    return switch (mode) {
      case LAND -> lake.landings().size() + " landed";
      case COUNT -> lake.countings().size() + " counted";
      case BOTH -> lake.landings().size() + " landed, " + lake.countings().size() + " counted";
    };
  }

  /** The first batch pays for warming up; what comes after it is what goes on for months. */
  private static void steady(List<Lake.Batch> batches, Watch watch, double wall, long worked) {
    if (batches.size() < 3 || watch.first == null) {
      return;
    }
    long rows = batches.stream().mapToLong(Lake.Batch::rows).sum();
    double share = 1 - (double) batches.get(0).rows() / rows;
    double after =
        seconds(Duration.between(batches.get(0).at(), batches.get(batches.size() - 1).at()));
    double cpu = watch.last.cpu() - watch.first.cpu();
    System.out.printf(
        "  after the first batch (%.0f%% of the rows, %.0f%% of the time): %,.0f clicks/s, %,.0f per CPU-second%n",
        100 * share, 100 * after / wall, worked * share / after, worked * share / cpu);
  }

  private static String text(Map<DriverProcess.Work, Double> seconds) {
    StringBuilder text = new StringBuilder();
    seconds.forEach((work, s) -> text.append("%s %.1f  ".formatted(work, s)));
    return text.toString().strip();
  }

  private void check(Queries mode, Lake lake) throws IOException {
    expect(mode, "rows of raw.clicks", topic.landed(), lake.landedRows());
    expect(mode, "rows of raw.rejected_clicks", topic.rejected(), lake.rejectedRows());
    if (mode != Queries.LAND) {
      Lake.Counted counted = lake.counted();
      expect(mode, "gross clicks of live", topic.landed(), counted.gross());
      expect(mode, "duplicate clicks of live", topic.duplicates(), counted.duplicates());
    }
  }

  private void expect(Queries mode, String what, long expected, long found) {
    if (expected != found) {
      wrong.add("%s: %s: %,d, must be %,d".formatted(mode.argument, what, found, expected));
    }
  }

  /** The sandbox's conf with what was given in its place, and the logs that are read here. */
  private void writeConf(Path into, Path gcLog, Path recording) throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    Path sandbox = RepositoryRoot.find().resolve("spark-submit/conf/sandbox/stream-clicks.conf");
    for (String line : Files.readAllLines(sandbox)) {
      String[] pair = line.strip().split("[\\s=]+", 2);
      if (!line.startsWith("#") && pair.length == 2) {
        all.put(pair[0], pair[1]);
      }
    }
    all.putAll(conf);
    String logs = " -Xlog:gc:file=" + gcLog + (profile ? " " + Profile.option(recording) : "");
    all.merge("spark.driver.extraJavaOptions", logs, String::concat);
    Files.write(
        into.resolve("stream-clicks.conf"),
        all.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1_000.0;
  }

  /** CPU seconds at one moment. */
  private record Look(double cpu, Map<DriverProcess.Work, Double> byWork) {
    static Look at(DriverProcess driver) throws IOException {
      return new Look(driver.cpuSeconds(), driver.cpuSecondsByWork());
    }

    Map<DriverProcess.Work, Double> since(Look before) {
      Map<DriverProcess.Work, Double> since = new EnumMap<>(DriverProcess.Work.class);
      byWork.forEach(
          (work, seconds) -> since.put(work, seconds - before.byWork.getOrDefault(work, 0.0)));
      return since;
    }
  }

  /** Looks at driver and lake again and again until the work is done. */
  private static final class Watch {
    private final DriverProcess driver;
    private final Lake lake;
    private final Queries mode;
    private final Map<Integer, Long> ends;
    private Look first;
    private Look last;
    private long lookedAt;

    Watch(DriverProcess driver, Lake lake, Queries mode, Map<Integer, Long> ends) {
      this.driver = driver;
      this.lake = lake;
      this.mode = mode;
      this.ends = ends;
    }

    boolean isDone() {
      long now = System.nanoTime();
      if (now - lookedAt < LOOK_MILLIS * 1_000_000) {
        return false;
      }
      lookedAt = now;
      try {
        last = Look.at(driver);
      } catch (IOException e) {
        throw new IllegalStateException("the driver is gone", e);
      }
      lake.refresh();
      if (first == null && !(mode == Queries.LAND ? lake.landings() : lake.countings()).isEmpty()) {
        first = last;
      }
      return switch (mode) {
        case LAND -> lake.hasLanded(ends);
        case COUNT -> lake.hasCounted();
        case BOTH -> lake.hasLanded(ends) && lake.hasCounted();
      };
    }
  }
}
