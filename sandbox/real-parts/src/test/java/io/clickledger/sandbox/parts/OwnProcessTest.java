package io.clickledger.sandbox.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnProcessTest {

  @TempDir Path folder;

  private ProcessPlan shell(String script) {
    return ProcessPlan.of("shell")
        .command("/bin/sh", "-c", script)
        .log(folder.resolve("shell.log"))
        .pidFile(folder.resolve("shell.pid"));
  }

  @Test
  void tellsTheLastWordsOfAProcessThatEndsBeforeItIsReady() {
    OwnProcess process = shell("echo no such port; exit 3").start();

    assertThatThrownBy(() -> process.awaitLine(Duration.ofSeconds(10), "READY"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("shell ended with status 3 before it was ready")
        .hasMessageContaining("no such port");
  }

  @Test
  void givesUpAtTheDeadline() {
    try (OwnProcess process = shell("echo starting; sleep 60").start()) {
      assertThatThrownBy(() -> process.awaitLine(Duration.ofMillis(300), "READY"))
          .hasMessageContaining("was not ready after")
          .hasMessageContaining("starting");
    }
  }

  @Test
  void isFoundAgainByItsPidFileAndStoppedWithWhatItStarted() {
    shell("sleep 61 & sleep 62").outliving().start();

    OwnProcess found = OwnProcess.running(folder.resolve("shell.pid")).orElseThrow();
    var children = ProcessHandle.of(found.pid()).orElseThrow().descendants().toList();
    found.stop(Duration.ofSeconds(2));

    assertThat(found.isAlive()).isFalse();
    assertThat(children).noneMatch(ProcessHandle::isAlive);
    assertThat(OwnProcess.running(folder.resolve("shell.pid"))).isEmpty();
  }

  @Test
  void doesNotTakeAnotherProcessWithTheSamePidForItsOwn() throws IOException {
    Files.writeString(
        folder.resolve("shell.pid"),
        "name=shell\npid=%d\nstarted-at=2001-01-01T00:00:00Z\nlog=x\n"
            .formatted(ProcessHandle.current().pid()));

    assertThat(OwnProcess.running(folder.resolve("shell.pid"))).isEmpty();
  }
}
