package io.clickledger.benchmarks.throughput;

import io.clickledger.benchmarks.driver.RunOptions;
import io.clickledger.benchmarks.throughput.DriverRun.Queries;
import io.clickledger.sandbox.driver.DriverFolder;
import io.clickledger.sandbox.driver.DriverParts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
  private static final double HALF = 0.5;

  @Mixin private RunOptions options;

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

  @Option(
      names = "--hot-ad",
      paramLabel = "SHARE",
      description = "One ad gets this share of the clicks, such as 0.5.")
  private Optional<Double> hotAd = Optional.empty();

  @Option(
      names = "--skew",
      description =
          "Does the same work without a hot ad first, and prints the ratio (its share is 0.5 if not"
              + " given).")
  private boolean skew;

  @Option(
      names = "--queries",
      split = ",",
      defaultValue = "LAND,COUNT,BOTH",
      description = "Of LAND, COUNT, BOTH (all). COUNT lands first.")
  private Set<Queries> queries = EnumSet.allOf(Queries.class);

  @Option(
      names = "--stock",
      description = "Does the same work the stock way too, and prints the ratio.")
  private boolean stock;

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Throughput()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    List<Cost> costs = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    options.inFolder(
        "throughput",
        folder -> {
          for (Load load : loads()) {
            work(load, folder, wrong).forEach(cost -> costs.add(cost.on(load)));
          }
        });
    System.out.println();
    costs.forEach(System.out::println);
    skewRatios(costs).forEach(System.out::println);
    stockRatios(costs).forEach(System.out::println);
    wrong.forEach(line -> System.out.println("WRONG: " + line));
    System.out.println(wrong.isEmpty() ? "all totals are right" : "NOT RIGHT");
    return wrong.isEmpty() ? 0 : 1;
  }

  private List<Load> loads() {
    Load usual = new Load(clicks, span, options.seed(), Optional.empty());
    return skew
        ? List.of(usual, usual.withHotAd(hotAd.orElse(HALF)))
        : List.of(hotAd.map(usual::withHotAd).orElse(usual));
  }

  private List<Cost> work(Load load, Path folder, List<String> wrong) throws Exception {
    Path topicFolder = folder.resolve(load.folder());
    List<Cost> costs = new ArrayList<>();
    try (DriverParts parts = new DriverParts(folder, topicFolder, options.metadata())) {
      FullTopic topic = fullTopic(load, parts, topicFolder.resolve("full.properties"));
      System.out.println("\n" + load + ": " + topic);
      if (queries.contains(Queries.LAND) || queries.contains(Queries.COUNT)) {
        parts.emptyLake();
        costs.addAll(
            ours(Queries.LAND, parts, topic, driver(folder, load, Queries.LAND.name()), wrong));
      }
      if (queries.contains(Queries.COUNT)) {
        costs.addAll(
            ours(Queries.COUNT, parts, topic, driver(folder, load, Queries.COUNT.name()), wrong));
      }
      if (queries.contains(Queries.BOTH)) {
        parts.emptyLake();
        costs.addAll(
            ours(Queries.BOTH, parts, topic, driver(folder, load, Queries.BOTH.name()), wrong));
      }
      if (stock) {
        parts.emptyLake();
        costs.addAll(
            new StockRun(parts, topic, driver(folder, load, "stock")).measure(options, wrong));
      }
    }
    return costs;
  }

  private FullTopic fullTopic(Load load, DriverParts parts, Path file) throws Exception {
    Optional<FullTopic> full = FullTopic.read(file);
    if (full.isPresent()) {
      return full.get();
    }
    if (parts.topic().ends().values().stream().anyMatch(end -> end > 0)) {
      throw new IllegalStateException(
          "the topic in " + file.getParent() + " was not filled to its end: delete the folder");
    }
    Instant begun = Instant.now();
    FullTopic filled = FullTopic.fill(parts.topic(), options.metadata(), load);
    filled.write(file);
    System.out.printf(
        "filled the topic: %,.0f records/s%n", clicks / Cost.seconds(begun, Instant.now()));
    return filled;
  }

  private List<Cost> ours(
      Queries queries, DriverParts parts, FullTopic topic, DriverFolder driver, List<String> wrong)
      throws Exception {
    return new DriverRun(queries, parts, topic, driver).measure(options, wrong);
  }

  private DriverFolder driver(Path folder, Load load, String name) throws IOException {
    return options.driver(folder.resolve("run-" + name.toLowerCase(Locale.ROOT) + load.suffix()));
  }

  /** A hot ad by usual traffic where the same was measured on both. */
  private static List<String> skewRatios(List<Cost> costs) {
    List<String> ratios = new ArrayList<>();
    for (Cost usual : costs) {
      for (Cost skewed : costs) {
        if (usual.skew().isEmpty()
            && !skewed.skew().isEmpty()
            && usual.name().equals(skewed.name())) {
          ratios.add(
              "%s: a %s costs %.2f times the CPU seconds per click"
                  .formatted(
                      usual.name(), skewed.skew(), usual.perCpuSecond() / skewed.perCpuSecond()));
        }
      }
    }
    return ratios;
  }

  /** Ours by stock where the same was measured both ways. */
  private static List<String> stockRatios(List<Cost> costs) {
    List<String> ratios = new ArrayList<>();
    for (Cost ours : costs) {
      for (Cost stock : costs) {
        if (ours.name().startsWith("ours ")
            && stock.name().equals(ours.name().replaceFirst("^ours", "stock"))
            && stock.skew().equals(ours.skew())) {
          ratios.add(
              "%s: %.2f times the clicks per CPU-second of stock"
                  .formatted(ours.name(), ours.perCpuSecond() / stock.perCpuSecond()));
        }
      }
    }
    return ratios;
  }
}
