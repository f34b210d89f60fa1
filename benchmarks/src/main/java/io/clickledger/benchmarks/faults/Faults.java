package io.clickledger.benchmarks.faults;

import io.clickledger.benchmarks.Machine;
import io.clickledger.benchmarks.throughput.Parts;
import io.clickledger.sandbox.simulator.Catalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Every fault, again and again at random moments, each time on an empty lake with clicks arriving.
 * A single click that is lost, or counted twice, is exit status 1.
 */
@Command(
    name = "faults",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Breaks the streaming driver in every way, and compares with the oracle.")
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
      defaultValue = "3000",
      description = "Records sent in a run, at least (${DEFAULT-VALUE}).")
  private int clicks;

  @Option(
      names = "--seed-bug",
      paramLabel = "skip-offset|no-validation",
      description = "Plants a bug in the driver, which the checks must find: exit status 1.")
  private Optional<String> seedBug = Optional.empty();

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
        new CommandLine(new Faults()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Path folder =
        dir.isPresent()
            ? Files.createDirectories(dir.get().toAbsolutePath())
            : Files.createTempDirectory("clickledger-faults-");
    System.out.printf("on %s; seed %d, %d runs each%n", Machine.describe(), seed, runs);
    Catalogue catalogue = Catalogue.read(metadata);
    Map<Fault, List<FaultRun.Result>> results = new EnumMap<>(Fault.class);
    boolean right = false;
    try (Parts parts = new Parts(folder, folder.resolve("kafka"), metadata)) {
      for (Fault fault : only) {
        for (int run = 1; run <= runs; run++) {
          FaultRun.Result result = run(fault, run, parts, folder, catalogue);
          results.computeIfAbsent(fault, f -> new ArrayList<>()).add(result);
          System.out.println(line(fault, run, result));
        }
      }
      right = results.values().stream().flatMap(List::stream).allMatch(FaultRun.Result::isRight);
    } finally {
      if (right && !keep) {
        Parts.delete(folder);
      } else {
        System.out.println("logs and lake are in " + folder);
      }
    }
    System.out.println();
    results.forEach((fault, of) -> System.out.println(summary(fault, of)));
    System.out.println(right ? "nothing lost, nothing counted twice" : "NOT RIGHT");
    return right ? 0 : 1;
  }

  private FaultRun.Result run(Fault fault, int run, Parts parts, Path folder, Catalogue catalogue)
      throws Exception {
    String name = fault.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + run;
    // A run is the same whichever others are asked for.
    long seedOfRun = seed * 31 + fault.ordinal() * 1_009L + run;
    return new FaultRun(
            List.of(fault),
            parts,
            Files.createDirectories(folder.resolve(name)),
            clicks,
            seedOfRun,
            seedBug)
        .play(catalogue);
  }

  private static String line(Fault fault, int run, FaultRun.Result result) {
    return "%-28s run %2d: %,6d records, %d drivers, %3d s: %s"
        .formatted(
            fault,
            run,
            result.records(),
            result.drivers(),
            result.took().toSeconds(),
            result.isRight() ? "right" : String.join("; ", result.differences()));
  }

  private static String summary(Fault fault, List<FaultRun.Result> results) {
    return "| %-28s | %-46s | %3d runs | %,8d records | %3d drivers | %3d right |"
        .formatted(
            fault,
            fault.meaning,
            results.size(),
            results.stream().mapToLong(FaultRun.Result::records).sum(),
            results.stream().mapToInt(FaultRun.Result::drivers).sum(),
            results.stream().filter(FaultRun.Result::isRight).count());
  }
}
