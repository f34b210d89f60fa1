package io.clickledger.sandbox.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.sandbox.driver.DriverParts;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The driver of production, with one fault of each kind, and with bugs that must be found. The
 * command {@code faults} runs every fault, as often as asked.
 */
class FaultsIT {
  private static final long SEED = 20261121;
  private static final int CLICKS = 500;

  /**
   * For each way in which the driver finds where to continue, the fault that demands most of it.
   * SupervisorIT kills the broker and PostgreSQL under a running driver.
   */
  private static final List<Fault> ONE_OF_EACH_KIND =
      List.of(
          Fault.KILL_LAND_CLICKS_COMMITTED,
          Fault.KILL_COUNT_FLAGGED_COMMITTED,
          Fault.CHECKPOINT_DELETED,
          Fault.TWO_DRIVERS,
          Fault.SNAPSHOTS_EXPIRED,
          Fault.RAW_COMPACTED);

  @TempDir static Path folder;

  private static DriverParts parts;
  private static FaultSeries series;

  @BeforeAll
  static void startParts() throws IOException {
    Path metadata = RepositoryRoot.find().resolve("sandbox/demo-metadata");
    parts = new DriverParts(folder, folder.resolve("kafka"), metadata);
    series = new FaultSeries(parts, folder, Catalogue.read(metadata), CLICKS, SEED);
  }

  @AfterAll
  static void stopParts() {
    parts.close();
  }

  @Test
  void losesAndDoublesNothingInEachKindOfFault() throws Exception {
    List<FaultChain.Result> results = run(ONE_OF_EACH_KIND, Optional.empty());

    assertThat(results)
        .extracting(FaultChain.Result::fault)
        .containsExactlyElementsOf(ONE_OF_EACH_KIND);
    assertThat(results).allSatisfy(result -> assertThat(result.differences()).isEmpty());
  }

  @Test
  void findsThatARestartedDriverSkipsAnOffset() throws Exception {
    List<FaultChain.Result> results =
        run(List.of(Fault.KILL_LAND_BOTH_COMMITTED), Optional.of(PlantedBug.SKIP_OFFSET));

    assertThat(results).allSatisfy(result -> assertThat(result.bugTookEffect()).isTrue());
    assertThat(results.get(0).differences())
        .anySatisfy(
            difference -> assertThat(difference).contains("offsets are landed or rejected"));
  }

  @Test
  void findsThatCommitsDoNotCareWhereTheTableEnds() throws Exception {
    List<FaultChain.Result> results =
        run(List.of(Fault.TWO_DRIVERS), Optional.of(PlantedBug.NO_VALIDATION));

    assertThat(results).allSatisfy(result -> assertThat(result.bugTookEffect()).isTrue());
    assertThat(results.get(0).differences())
        .anySatisfy(difference -> assertThat(difference).contains("coordinates that another row"));
  }

  private static List<FaultChain.Result> run(List<Fault> faults, Optional<PlantedBug> seedBug)
      throws Exception {
    List<FaultChain.Result> results = new ArrayList<>();
    series.run(
        faults,
        seedBug,
        result -> {
          results.add(result);
          System.out.println(result);
        });
    return results;
  }
}
