package io.clickledger.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.benchmarks.throughput.Parts;
import io.clickledger.sandbox.parts.RepositoryRoot;
import io.clickledger.sandbox.simulator.Catalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The driver of production killed at every step of a batch, one after the other on one lake. The
 * other faults take too long for every build: {@code ./clickledger faults} has them all.
 */
class FaultsIT {
  private static final long SEED = 20261121;

  @TempDir Path folder;

  @Test
  void losesNothingAndCountsNothingTwiceWhenKilledAtEveryStepOfABatch() throws Exception {
    Path metadata = RepositoryRoot.find().resolve("sandbox/demo-metadata");
    List<Fault> kills = Arrays.stream(Fault.values()).filter(Fault::isAtStep).toList();

    FaultRun.Result result;
    try (Parts parts = new Parts(folder, folder.resolve("kafka"), metadata)) {
      Path run = Files.createDirectories(folder.resolve("kills"));
      result =
          new FaultRun(kills, parts, run, 1_000, SEED, Optional.empty())
              .play(Catalogue.read(metadata));
    }

    assertThat(kills).hasSize(8);
    assertThat(result.differences()).isEmpty();
    assertThat(result.drivers()).isGreaterThan(kills.size());
  }
}
