package io.clickledger.sandbox.parts.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagedProcessTest {

  @TempDir Path folder;

  private ProcessPlan shell(String script) {
    return ProcessPlan.of("shell")
        .command("/bin/sh", "-c", script)
        .log(folder.resolve("shell.log"))
        .pidFile(folder.resolve("shell.pid"));
  }

  @Test
  void reportsLastLinesOfAProcessThatEndsTooEarly() {
    ManagedProcess process = shell("echo no such port; exit 3").start();

    assertThatThrownBy(() -> process.awaitLine(Duration.ofSeconds(10), "READY"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("shell ended with status 3 before it was ready")
        .hasMessageContaining("no such port");
  }

  @Test
  void givesUpAtTheDeadline() {
    try (ManagedProcess process = shell("echo starting; sleep 60").start()) {
      assertThatThrownBy(() -> process.awaitLine(Duration.ofMillis(300), "READY"))
          .hasMessageContaining("was not ready after")
          .hasMessageContaining("starting");
    }
  }

  @Test
  void isFoundByPidFileAndStoppedWithItsChildren() {
    shell("sleep 61 & sleep 62").outliving().start();

    ManagedProcess found = ManagedProcess.running(folder.resolve("shell.pid")).orElseThrow();
    var children = ProcessHandle.of(found.pid()).orElseThrow().descendants().toList();
    found.stop(Duration.ofSeconds(2));

    assertThat(found.isAlive()).isFalse();
    assertThat(children).noneMatch(Liveness::isAlive);
    assertThat(ManagedProcess.running(folder.resolve("shell.pid"))).isEmpty();
  }

  @Test
  void leavesAloneWhatItStartedWhereItIsAskedTo() {
    ManagedProcess parent = shell("sleep 63 & sleep 64").start();
    ProcessHandle shell = ProcessHandle.of(parent.pid()).orElseThrow();
    assertThat(Poll.until(Duration.ofSeconds(20), () -> shell.children().count() == 2)).isTrue();
    var children = shell.children().toList();

    parent.stopAlone(Duration.ofSeconds(2));

    assertThat(parent.isAlive()).isFalse();
    assertThat(children).allMatch(ProcessHandle::isAlive);
    children.forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void isNotAliveOnceKilledThoughItsParentAsksNothing() throws Exception {
    Path pid = folder.resolve("child");
    // The parent becomes a program that asks for no status of a child that it does not know.
    try (ManagedProcess parent =
        shell(
                "sleep 65 & echo $! >"
                    + pid
                    + ".new; mv %s.new %s; exec sleep 66".formatted(pid, pid))
            .start()) {
      assertThat(Poll.until(Duration.ofSeconds(20), () -> Files.exists(pid))).isTrue();
      ProcessHandle child =
          ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
      assertThat(Liveness.isAlive(child)).isTrue();
      assertThat(parent.exitStatus()).isEmpty();

      child.destroyForcibly();

      assertThat(Poll.until(Duration.ofSeconds(20), () -> !Liveness.isAlive(child))).isTrue();
      assertThat(Liveness.isDefunct(child.pid())).isEqualTo(Files.exists(Path.of("/proc/self")));
    }
  }

  @Test
  void takesNoOtherProcessWithTheSamePid() throws IOException {
    Files.writeString(
        folder.resolve("shell.pid"),
        "name=shell\npid=%d\nstarted-at=2001-01-01T00:00:00Z\nlog=x\n"
            .formatted(ProcessHandle.current().pid()));

    assertThat(ManagedProcess.running(folder.resolve("shell.pid"))).isEmpty();
  }
}
