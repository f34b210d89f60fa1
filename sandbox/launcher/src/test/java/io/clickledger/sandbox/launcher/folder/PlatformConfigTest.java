package io.clickledger.sandbox.launcher.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformConfigTest {

  @TempDir Path parent;

  @Test
  void areKeptInTheDataFolder() {
    DataFolder data = new DataFolder(parent);
    data.make();
    for (Optional<Path> sparkHome :
        List.of(Optional.of(Path.of("/opt/spark")), Optional.<Path>empty())) {
      PlatformConfig config = new PlatformConfig(Ports.from(20_000), Warehouse.S3, sparkHome);

      data.keep(config);

      assertThat(data.config()).contains(config);
    }
  }

  @Test
  void giveEveryPartAPortOfItsOwn() {
    for (Ports ports : new Ports[] {Ports.defaults(), Ports.from(20_000)}) {
      assertThat(ports.taken(Warehouse.S3)).hasSize(8);
      assertThat(ports.taken(Warehouse.LOCAL)).hasSize(7).doesNotContainKey(ports.s3());
    }
  }
}
