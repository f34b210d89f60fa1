package io.clickledger.sandbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.programs.RefusedException;
import io.clickledger.programs.TryLaterException;
import io.clickledger.sandbox.launcher.folder.DataFolder;
import io.clickledger.sandbox.launcher.folder.PlatformConfig;
import io.clickledger.sandbox.launcher.folder.Ports;
import io.clickledger.sandbox.launcher.folder.Warehouse;
import io.clickledger.sandbox.launcher.steps.Checks;
import io.clickledger.sandbox.parts.process.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandErrorsTest {

  @TempDir Path parent;

  @Test
  void namesATakenPortWithThePartThatWantsIt() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      PlatformConfig config =
          new PlatformConfig(withTrinoOn(taken.getLocalPort()), Warehouse.LOCAL, Optional.empty());

      assertThatThrownBy(() -> Checks.portsAreFree(config))
          .isInstanceOf(RefusedException.class)
          .hasMessage(
              "another program listens on port %d (for trino): end it, or choose others with"
                  + " --port-base",
              taken.getLocalPort());
    }
  }

  private static Ports withTrinoOn(int port) {
    return new Ports(
        FreePorts.next(),
        FreePorts.next(),
        FreePorts.next(),
        FreePorts.next(),
        FreePorts.next(),
        port,
        FreePorts.next(),
        FreePorts.next());
  }

  @Test
  void refusesADiskThatIsAlmostFull() {
    DataFolder data = new DataFolder(parent.resolve("not/yet/there"));

    assertThatThrownBy(() -> Checks.diskHasSpace(data, Long.MAX_VALUE))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("the disk of " + parent + " has ")
        .hasMessageContaining("choose another folder with --data-dir");
    Checks.diskHasSpace(data, 1);
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void letsOneCommandAtATimeChangeAPlatform() {
    DataFolder data = new DataFolder(parent.resolve("data"));
    data.make();

    data.alone(
        () ->
            assertThatThrownBy(() -> data.alone(() -> {}))
                .isInstanceOf(TryLaterException.class)
                .hasMessageContaining("another ./clickledger command is changing the platform"));
    data.alone(() -> {});
  }

  @Test
  void keepsTheSupervisorOutWhileACommandChangesThePlatform() {
    DataFolder data = new DataFolder(parent.resolve("data"));
    data.make();
    List<String> done = new ArrayList<>();

    data.ifAlone(() -> done.add("supervisor"));
    data.alone(() -> data.ifAlone(() -> done.add("both")));

    assertThat(done).containsExactly("supervisor");
  }

  @Test
  void refusesAPortBaseOutsideThePorts() {
    CommandLineRun run =
        CommandLineRun.of("up", "--data-dir", parent.resolve("data").toString(), "--port-base=80");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .isEqualToIgnoringNewLines("clickledger: --port-base must be 1024..65527, was 80");
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void refusesASparkHomeThatIsNone() {
    CommandLineRun run =
        CommandLineRun.of(
            "up", "--data-dir", parent.resolve("data").toString(), "--spark-home=" + parent);

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .isEqualToIgnoringNewLines(
            "clickledger: --spark-home must be a Spark distribution or own: %s has no bin/spark-submit"
                .formatted(parent));
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void saysThatThePlatformIsDownWhereItIsNeeded() {
    String folder = parent.resolve("data").toString();

    for (String[] command :
        new String[][] {
          {"metadata", "import", "ads.csv"},
          {"nightly", "--date", "2026-11-20"},
          {"upkeep", "--orphans"},
          {"audit", "--from", "2026-11-20"},
          {"rebuild-live", "--from", "2026-11-20", "--to", "2026-11-21"},
          {"simulate"},
          {"accept-gap", "--dry-run"},
          {"replay", "--reason", "MISSING", "--from", "2026-11-20"}
        }) {
      CommandLineRun run = CommandLineRun.of(with(command, "--data-dir", folder));

      assertThat(run.status()).as(run.err()).isEqualTo(1);
      assertThat(run.err())
          .contains("does not run: start it with ./clickledger up")
          .hasLineCount(1);
    }
    assertThat(CommandLineRun.of("restart", "kafka", "--data-dir", folder).err())
        .contains("nothing runs in " + folder);
    assertThat(parent).isEmptyDirectory();
  }

  private static String[] with(String[] command, String... more) {
    String[] all = java.util.Arrays.copyOf(command, command.length + more.length);
    System.arraycopy(more, 0, all, command.length, more.length);
    return all;
  }

  @Test
  void namesThePartsThereAreWhenOneIsUnknown() {
    CommandLineRun run = CommandLineRun.of("logs", "kafak", "--data-dir", parent.toString());

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("there is no part kafak; there are [postgres, kafka,");
  }

  @Test
  void downIsFineWhereNothingRuns() throws IOException {
    CommandLineRun run = CommandLineRun.of("down", "--data-dir", parent.resolve("x").toString());

    assertThat(run.status()).isZero();
    assertThat(Files.exists(parent.resolve("x"))).isFalse();
  }

  @Test
  void namesADayThatIsNone() {
    CommandLineRun run = CommandLineRun.of("restatements", "--from", "foo");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .contains("'--from': must be a day as YYYY-MM-DD, was foo")
        .doesNotContain("java.");
  }

  @Test
  void endsWith3WhereItFailsUnexpectedly() throws IOException {
    DataFolder data = new DataFolder(parent.resolve("data"));
    data.make();
    Files.writeString(data.state("choices.properties"), "warehouse=CLOUD\n");

    CommandLineRun run = CommandLineRun.of("status", "--data-dir", data.path().toString());

    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err()).contains("CLOUD").contains("\tat io.clickledger");
  }

  @Test
  void namesTheDataFolderInCommandsThatItProposes() {
    assertThat(DataFolder.defaultFolder().command("down")).isEqualTo("./clickledger down");
    assertThat(new DataFolder(parent).command("down"))
        .isEqualTo("./clickledger down --data-dir " + parent);
  }
}
