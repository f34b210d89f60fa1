package io.clickledger.sandbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.sandbox.parts.process.RepositoryRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The root script on a machine that lacks something. */
class ScriptIT {

  @TempDir Path parent;
  private Path noJdk;

  @BeforeEach
  void hideJdks() throws IOException {
    noJdk = Files.createDirectory(parent.resolve("no-jdk"));
  }

  @Test
  void doctorFindsNothingMissingHere() throws Exception {
    CommandLineRun run = script(Map.of(), "doctor");

    assertThat(run.status()).as(run.out()).isZero();
    assertThat(run.out()).contains("JDK 17", "JDK 24+", "Maven", "Python 3");
  }

  @Test
  void doctorSaysWhichSparkRunsTheJobs() throws Exception {
    String spark = parent.resolve("spark").toString();

    assertThat(script(Map.of("SPARK_HOME", ""), "doctor").out())
        .containsPattern("ok +Spark +3\\.5\\.\\d+ of the build");
    assertThat(script(Map.of("SPARK_HOME", spark), "doctor").out())
        .contains("of the build; --spark-home " + spark + " takes that of SPARK_HOME");
  }

  @Test
  void doctorNamesMissingJdksAndHowToInstallThem() throws Exception {
    CommandLineRun run = script(withoutJdks(), "doctor");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .containsPattern("MISSING +JDK 17 +\\S+")
        .containsPattern("MISSING +JDK 24");
  }

  @Test
  void upWithoutAJdkSaysSoAndChangesNothing() throws Exception {
    Path data = parent.resolve("data");

    CommandLineRun run = script(withoutJdks(), "up", "--data-dir", data.toString());

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).startsWith("clickledger: a JDK 17 is needed and none was found: ");
    assertThat(run.err()).hasLineCount(1);
    assertThat(data).doesNotExist();
  }

  @Test
  void upWithoutTrinosJdkSaysSoAndChangesNothing() throws Exception {
    Path data = parent.resolve("data");
    Path only17 = Files.createDirectory(parent.resolve("only-17"));
    Path jdk =
        Files.createSymbolicLink(only17.resolve("jdk"), Path.of(System.getProperty("java.home")));
    Map<String, String> environment = Map.of("CLICKLEDGER_JDK_FOLDERS", only17.toString());

    CommandLineRun run = script(environment, "up", "--data-dir", data.toString());
    Files.delete(jdk);

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).startsWith("clickledger: Trino needs a JDK 24 or later");
    assertThat(run.err()).hasLineCount(1);
    assertThat(data).doesNotExist();
  }

  @Test
  void airflowHasHelpAndRefusesWhereNoPlatformIs() throws Exception {
    Path data = parent.resolve("data");

    assertThat(script(Map.of(), "airflow", "--help").out()).contains("--data-dir", "--port");
    CommandLineRun run = script(Map.of(), "airflow", "--data-dir", data.toString());
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "clickledger: there is no platform in %s: make one with ./clickledger up\n"
                .formatted(data));
  }

  @Test
  void theHelpOfAJobIsItsOwn() throws Exception {
    Path data = parent.resolve("data");
    Map<String, String> none = Map.of("SPARK_HOME", "");

    CommandLineRun replay =
        script(none, "replay-rejected", "--help", "--data-dir", data.toString());
    CommandLineRun nightly = script(none, "nightly", "--help");

    assertThat(replay.status()).as(replay.err()).isZero();
    assertThat(replay.out()).contains("Usage: replay-rejected", "--derive-click-id", "--data-dir");
    assertThat(nightly.status()).as(nightly.err()).isZero();
    assertThat(nightly.out()).contains("Usage: roll-up-clicks", "--close-days", "--set=KEY=VALUE");
    assertThat(data).doesNotExist();
  }

  @Test
  void aJobOfThisMachineListensOnLoopbackByDefault() throws Exception {
    Path spark = fakeSpark();
    String upkeep = RepositoryRoot.find().resolve("spark-submit/upkeep").toString();
    Map<String, String> none = Map.of("SPARK_HOME", spark.toString(), "SPARK_LOCAL_IP", "");
    Map<String, String> given =
        Map.of("SPARK_HOME", spark.toString(), "SPARK_LOCAL_IP", "10.1.2.3");

    assertThat(run(List.of(upkeep), none).out()).isEqualTo("127.0.0.1\n");
    assertThat(run(List.of(upkeep), given).out()).isEqualTo("10.1.2.3\n");
    Map<String, String> cluster = new HashMap<>(none);
    cluster.put("SPARK_MASTER", "spark://10.1.2.9:7077");
    assertThat(run(List.of(upkeep), cluster).out()).isEqualTo("\n");
  }

  /** A Spark whose spark-submit says on which address it was told to listen. */
  private Path fakeSpark() throws IOException {
    Path spark = parent.resolve("spark");
    Files.createDirectories(spark.resolve("jars"));
    Files.createFile(spark.resolve("jars/spark-core_2.12-3.5.7.jar"));
    Path submit = Files.createDirectories(spark.resolve("bin")).resolve("spark-submit");
    Files.writeString(submit, "#!/bin/sh\necho \"$SPARK_LOCAL_IP\"\n");
    Files.setPosixFilePermissions(submit, PosixFilePermissions.fromString("rwx------"));
    return spark;
  }

  private Map<String, String> withoutJdks() {
    return Map.of("CLICKLEDGER_JDK_FOLDERS", noJdk.toString());
  }

  private static CommandLineRun script(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    Path root = RepositoryRoot.find();
    List<String> command = new ArrayList<>(List.of(root.resolve("clickledger").toString()));
    command.addAll(List.of(arguments));
    return run(command, environment);
  }

  private static CommandLineRun run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    // Java says on its standard error that it found options in the environment.
    builder
        .environment()
        .keySet()
        .removeIf(
            name ->
                name.startsWith("JAVA_HOME")
                    || name.equals("JDK_JAVA_OPTIONS")
                    || name.startsWith("CLICKLEDGER"));
    builder.environment().put("CLICKLEDGER_BUILD", "never");
    builder.environment().putAll(environment);
    Path err = Files.createTempFile("script", ".err");
    Process process = builder.redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    String said = Files.readString(err);
    Files.delete(err);
    return new CommandLineRun(status, out, said);
  }
}
