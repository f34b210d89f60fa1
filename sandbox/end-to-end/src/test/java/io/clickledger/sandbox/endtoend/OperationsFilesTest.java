package io.clickledger.sandbox.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.clickledger.sandbox.endtoend.OperationsFiles.Alarm;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alarms, units and board of operations/, by the tools that read them. */
class OperationsFilesTest {

  private static final Path ROOT = RepositoryRoot.find();
  private static final Path PROMETHEUS = OperationsFiles.FOLDER.resolve("prometheus");
  private static final Path UNITS = OperationsFiles.FOLDER.resolve("systemd");
  private static final String INSTALLED = "/opt/clickledger";
  private static final Pattern PROGRAM =
      Pattern.compile(
          "^ExecStart=.*/opt/clickledger/(\\S+?)/target/lib/\\* (\\S+) ", Pattern.MULTILINE);

  @TempDir Path folder;

  @Test
  void promtoolFindsNoFaultAndAlarmsGoOffInTime() throws Exception {
    String promtool = tool("promtool", "ALARMS", "apt-get install prometheus");

    run(promtool, "check", "rules", OperationsFiles.RULES.toString());
    // A key is in no repository, and its file need not be here.
    run(
        promtool,
        "check",
        "config",
        "--syntax-only",
        PROMETHEUS.resolve("prometheus.yml").toString());
    List<String> test = new ArrayList<>(List.of(promtool, "test", "rules"));
    testFiles().forEach(file -> test.add(file.toString()));
    run(test.toArray(String[]::new));
  }

  @Test
  void everyAlarmHasTestsOfFiringAndOfSilence() throws IOException {
    String tests =
        testFiles().stream().map(OperationsFiles::read).reduce("", (all, text) -> all + text);

    for (Alarm alarm : OperationsFiles.alarms()) {
      assertThat(tests)
          .contains("name: " + alarm.name() + " fires\n", "name: " + alarm.name() + " is silent\n");
    }
  }

  @Test
  void everyAlarmNamesItsSectionOfTheRunbook() {
    String runbook = OperationsFiles.read(ROOT.resolve("docs/runbook.md"));
    List<Alarm> alarms = OperationsFiles.alarms();

    assertThat(alarms)
        .hasSize(OperationsFiles.read(OperationsFiles.RULES).split("alert: ").length - 1);
    for (Alarm alarm : alarms) {
      assertThat(runbook).contains("\n### " + alarm.name() + "\n");
      assertThat(alarm.runbookUrl())
          .isEqualTo("docs/runbook.md#" + alarm.name().toLowerCase(Locale.ROOT));
    }
  }

  @Test
  void systemdFindsNoFaultInTheUnits() throws Exception {
    Optional<Path> systemd = onPath("systemd-analyze");
    Assumptions.assumeTrue(systemd.isPresent(), "UNITS NOT TESTED: no systemd-analyze is here");
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    List<String> command = new ArrayList<>(List.of(systemd.get().toString(), "verify", "--man=no"));
    for (Path unit : units()) {
      Path here = folder.resolve(unit.getFileName());
      Files.writeString(
          here,
          OperationsFiles.read(unit)
              .replace(INSTALLED, ROOT.toString())
              .replace("/usr/bin/java", java));
      command.add(here.toString());
    }

    // What it does not know it names, and ends well.
    assertThat(run(command.toArray(String[]::new))).isEmpty();
  }

  @Test
  void unitsStartProgramsThatExist() throws IOException {
    List<Path> units = units();

    assertThat(units).hasSize(3);
    for (Path unit : units) {
      Matcher program = PROGRAM.matcher(OperationsFiles.read(unit));
      if (program.find()) {
        String source = program.group(2).replace('.', '/') + ".java";
        assertThat(ROOT.resolve(program.group(1)).resolve("src/main/java").resolve(source))
            .exists();
      } else {
        assertThat(OperationsFiles.read(unit))
            .contains("ExecStart=" + INSTALLED + "/spark-submit/stream-clicks ");
      }
    }
  }

  private static List<Path> units() throws IOException {
    try (Stream<Path> files = Files.list(UNITS)) {
      return files.sorted().toList();
    }
  }

  private static List<Path> testFiles() throws IOException {
    try (Stream<Path> files = Files.list(PROMETHEUS)) {
      return files.filter(file -> file.toString().endsWith(".test.yml")).sorted().toList();
    }
  }

  private static String tool(String name, String untested, String remedy) {
    Optional<Path> found = onPath(name);
    if (found.isEmpty()) {
      String loud = untested + " NOT TESTED: no " + name + " is here; " + remedy;
      if ("true".equals(System.getenv("CI"))) {
        fail(loud);
      }
      System.err.println("\n!!! " + loud + "\n");
      Assumptions.abort(loud);
    }
    return found.orElseThrow().toString();
  }

  private static Optional<Path> onPath(String command) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, command))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
