package io.clickledger.sandbox.faults;

import io.clickledger.sandbox.driver.DriverParts;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Faults one after the other on one lake, and on a new one where it is no longer small or no longer
 * right: so a fault costs about the start of one driver, and is never blamed for another one.
 */
final class FaultSeries {
  /** Every landing and count adds files, which each start and each comparison reads. */
  private static final int FAULTS_OF_A_LAKE = 17;

  private final DriverParts parts;
  private final Path folder;
  private final Catalogue catalogue;
  private final int clicks;
  private final Random seeds;
  private final Path classes;
  private int lakes;

  /**
   * @param folder of the drivers' logs
   * @param clicks how many are sent at full speed during a fault
   */
  FaultSeries(DriverParts parts, Path folder, Catalogue catalogue, int clicks, long seed) {
    this.parts = parts;
    this.folder = folder;
    this.catalogue = catalogue;
    this.clicks = clicks;
    this.seeds = new Random(seed);
    this.classes = folder.resolve("driver-classes.jsa");
  }

  /**
   * Runs the faults in this order.
   *
   * @param seedBug planted in every driver
   * @param onResult receives each result
   */
  void run(List<Fault> faults, Optional<PlantedBug> seedBug, Consumer<FaultChain.Result> onResult)
      throws Exception {
    layDownClasses();
    List<String> options = new ArrayList<>(List.of("-XX:SharedArchiveFile=" + classes));
    seedBug.ifPresent(bug -> options.add(bug.javaOption()));
    Queue<Fault> left = new ArrayDeque<>(faults);
    while (!left.isEmpty()) {
      try (FaultChain chain = onEmptyLake(options)) {
        boolean right = true;
        for (int i = 1; i <= FAULTS_OF_A_LAKE && right && !left.isEmpty(); i++) {
          Fault fault = left.remove();
          FaultChain.Result result = chain.runFault(fault, Optional.ofNullable(left.peek()));
          onResult.accept(result);
          right = result.isRight();
        }
      }
    }
  }

  /** Archives the classes of a driver (CDS), which shortens each start by a third. */
  private void layDownClasses() throws Exception {
    if (!Files.exists(classes)) {
      try (FaultChain chain = onEmptyLake(List.of("-XX:ArchiveClassesAtExit=" + classes))) {
        chain.runWithoutFault();
      }
    }
  }

  private FaultChain onEmptyLake(List<String> javaOptions) throws Exception {
    Path logs = Files.createDirectories(folder.resolve("lake-" + lakes++));
    return new FaultChain(parts, logs, javaOptions, catalogue, clicks, seeds.nextLong());
  }
}
