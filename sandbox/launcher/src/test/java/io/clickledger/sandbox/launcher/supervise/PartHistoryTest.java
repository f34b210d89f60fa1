package io.clickledger.sandbox.launcher.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.sandbox.launcher.platform.Part;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import io.clickledger.sandbox.parts.process.Poll;
import io.clickledger.sandbox.parts.process.ProcessPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On real processes that end by themselves. */
class PartHistoryTest {
  private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

  @TempDir Path folder;

  @Test
  void saysHowAPartEndedAndThatNothingRestartsIt() {
    PartHistory history = history("exit 7");

    for (int i = 0; i < Restarts.MAX_STARTS; i++) {
      history.ended(NOON.plusSeconds(60 * i));
      assertThat(history.isGivenUp()).isFalse();
      assertThat(history.ending()).isEqualTo(i == 0 ? "found dead" : "ended with status 7");
      start(history, NOON.plusSeconds(60 * i));
    }
    assertThat(history.describe())
        .isEqualTo("restarted 5 times, last 12:04:00 UTC: ended with status 7");
    history.ended(NOON.plusSeconds(300));

    assertThat(history.isGivenUp()).isTrue();
    assertThat(history.describe())
        .isEqualTo(
            "given up: 5 starts in 10 min, last ended with status 7, see "
                + folder.resolve("shell.log"));
  }

  @Test
  void givesUpAtOnceAPartThatRefusesItsSettings() {
    PartHistory history = history("exit 2");

    start(history, NOON);
    history.ended(NOON.plusSeconds(1));

    assertThat(history.isGivenUp()).isTrue();
    assertThat(history.isDue(NOON.plusSeconds(3_600))).isFalse();
    assertThat(history.describe())
        .isEqualTo(
            "given up: it refuses its settings (status 2), see " + folder.resolve("shell.log"));
  }

  @Test
  void reportsAKillAsSuch() {
    PartHistory history = history("kill -9 $$");

    start(history, NOON);

    assertThat(history.ending()).isEqualTo("killed (137)");
  }

  @Test
  void neverGivesUpAPartThatIsRefused() {
    PartHistory history = history("echo another one runs; exit 3");

    for (int i = 0; i < 2 * Restarts.MAX_STARTS; i++) {
      Instant now = NOON.plusSeconds(30 * i);
      history.ended(now);
      assertThat(history.isDue(now)).isTrue();
      start(history, now);
    }

    history.ended(NOON.plusSeconds(300));
    assertThat(history.isGivenUp()).isFalse();
    assertThat(history.ending()).startsWith("refused by another one, see ");
  }

  private PartHistory history(String script) {
    return new PartHistory(
        new ShellPart(folder, script),
        (part, process) ->
            process.exitStatus().equals(OptionalInt.of(3)) && process.hasSaid("another one runs"));
  }

  private static void start(PartHistory history, Instant now) {
    history.start(now);
    assertThat(Poll.until(Duration.ofSeconds(60), () -> !history.ending().equals("found dead")))
        .isTrue();
  }

  /** A part that ends at once. */
  private record ShellPart(Path folder, String script) implements Part {
    @Override
    public String name() {
      return "shell";
    }

    @Override
    public String ports() {
      return "-";
    }

    @Override
    public Path log() {
      return folder.resolve("shell.log");
    }

    @Override
    public void start() {
      launch();
    }

    @Override
    public Optional<ManagedProcess> launch() {
      return Optional.of(
          ProcessPlan.of(name()).command("/bin/sh", "-c", script).log(log()).start());
    }

    @Override
    public void stop() {}

    @Override
    public void kill() {}

    @Override
    public OptionalLong pid() {
      return OptionalLong.empty();
    }

    @Override
    public long residentBytes() {
      return 0;
    }

    @Override
    public boolean isReady() {
      return false;
    }
  }
}
