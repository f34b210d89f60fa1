package io.clickledger.benchmarks.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GarbageLogTest {
  @Test
  void countsCollectionsAloneAndNoRemarksOrCleanups(@TempDir Path folder) throws IOException {
    Path log =
        Files.writeString(
            folder.resolve("gc.log"),
            """
            [1.0s][info][gc] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 600M->354M(1580M) 20.000ms
            [2.0s][info][gc] GC(1) Concurrent Mark Cycle
            [2.1s][info][gc] GC(1) Pause Remark 538M->538M(1330M) 30.000ms
            [2.2s][info][gc] GC(1) Pause Cleanup 588M->588M(1330M) 10.000ms
            [2.3s][info][gc] GC(1) Concurrent Mark Cycle 1279.501ms
            [3.0s][info][gc] GC(2) Pause Full (System.gc()) 600M->120M(1330M) 40.000ms
            """);

    assertThat(GarbageLog.read(log)).isEqualTo(new GarbageLog(120, 354, 0.1));
  }
}
