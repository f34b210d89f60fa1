package io.clickledger.sandbox.faults;

import io.clickledger.sandbox.driver.DriverParts;
import io.clickledger.sandbox.driver.Machine;
import io.clickledger.sandbox.parts.process.Folders;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Every fault, again and again at random moments while clicks arrive. A single click that is lost,
 * or counted twice, and a fault that missed are exit status 1.
 */
@Command(
    name = "faults",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Breaks the streaming driver in many ways; compares its counts with the oracle.")
public final class Faults implements Callable<Integer> {
  @Option(
      names = "--runs",
      defaultValue = "10",
      description = "Runs of each fault (${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description = "Only these faults: ${COMPLETION-CANDIDATES}.")
  private Set<Fault> only = EnumSet.allOf(Fault.class);

  @Option(names = "--seed", description = "Seed of clicks and moments (default: the time).")
  private long seed = System.nanoTime();

  @Option(
      names = "--clicks",
      defaultValue = "1000",
      description = "Records sent at full speed for each fault (${DEFAULT-VALUE}).")
  private int clicks;

  @Option(
      names = "--seed-bug",
      paramLabel = "skip-offset|no-validation",
      description = "Plants a bug in the driver, which the checks must find: exit status 1.")
  private Optional<PlantedBug> seedBug = Optional.empty();

  @Option(names = "--dir", description = "Folder of everything it makes (default: a new one).")
  private Optional<Path> dir = Optional.empty();

  @Option(names = "--keep", description = "Leaves the folder, with the drivers' logs.")
  private boolean keep;

  @Option(
      names = "--metadata",
      defaultValue = "sandbox/demo-metadata",
      description = "Folder of the metadata CSV files (${DEFAULT-VALUE}).")
  private Path metadata;

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Faults())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .registerConverter(PlantedBug.class, PlantedBug::of)
            .execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Path folder =
        dir.isPresent()
            ? Files.createDirectories(dir.get().toAbsolutePath())
            : Files.createTempDirectory("clickledger-faults-");
    System.out.printf("on %s; seed %d, %d runs each%n", Machine.describe(), seed, runs);
    List<Fault> faults = Stream.generate(() -> only).limit(runs).flatMap(Set::stream).toList();
    Map<Fault, List<FaultChain.Result>> results = new EnumMap<>(Fault.class);
    boolean right = false;
    try (DriverParts parts = new DriverParts(folder, folder.resolve("kafka"), metadata)) {
      new FaultSeries(parts, folder, Catalogue.read(metadata), clicks, seed)
          .run(
              faults,
              seedBug,
              result -> {
                List<FaultChain.Result> ofFault =
                    results.computeIfAbsent(result.fault(), f -> new ArrayList<>());
                ofFault.add(result);
                System.out.println(line(ofFault.size(), result));
              });
      right = results.values().stream().flatMap(List::stream).allMatch(FaultChain.Result::isRight);
    } finally {
      if (right && !keep) {
        Folders.delete(folder);
      } else {
        System.out.println("logs and lake are in " + folder);
      }
    }
    System.out.println();
    results.forEach((fault, ofFault) -> System.out.println(summary(fault, ofFault)));
    System.out.println(verdict(right));
    return right ? 0 : 1;
  }

  private String verdict(boolean right) {
    if (seedBug.isPresent()) {
      return right ? "THE PLANTED BUG WAS NOT FOUND" : "not right, as it must be: a bug is planted";
    }
    return right ? "nothing lost, nothing counted twice" : "NOT RIGHT";
  }

  private String line(int run, FaultChain.Result result) {
    return "%-28s run %2d: %,6d records, %d drivers, %3d s: %s%s"
        .formatted(
            result.fault(),
            run,
            result.records(),
            result.drivers(),
            result.took().toSeconds(),
            result.isRight() ? "right" : String.join("; ", result.differences()),
            seedBug.isPresent() && !result.bugTookEffect()
                ? " (the planted bug did not strike)"
                : "");
  }

  private static String summary(Fault fault, List<FaultChain.Result> results) {
    return "| %-28s | %-46s | %3d runs | %,8d records | %3d drivers | %3d right |"
        .formatted(
            fault,
            fault.meaning,
            results.size(),
            results.stream().mapToInt(FaultChain.Result::records).sum(),
            results.stream().mapToInt(FaultChain.Result::drivers).sum(),
            results.stream().filter(FaultChain.Result::isRight).count());
  }
}
