package io.clickledger.sandbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChoicesTest {

  @TempDir Path parent;

  @Test
  void areKeptInTheDataFolder() {
    DataFolder data = new DataFolder(parent);
    Choices choices = new Choices(Ports.from(20_000), Warehouse.S3);

    data.make();
    data.keep(choices);

    assertThat(data.choices()).contains(choices);
  }

  @Test
  void giveEveryPartAPortOfItsOwn() {
    for (Ports ports : new Ports[] {Ports.usual(), Ports.from(20_000)}) {
      assertThat(ports.taken(Warehouse.S3)).hasSize(8);
      assertThat(ports.taken(Warehouse.LOCAL)).hasSize(7).doesNotContainKey(ports.s3());
    }
  }
}
