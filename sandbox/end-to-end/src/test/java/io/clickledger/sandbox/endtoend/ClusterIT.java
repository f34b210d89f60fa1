package io.clickledger.sandbox.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.sandbox.parts.SparkCluster;
import io.clickledger.sandbox.parts.SparkDistribution;
import io.clickledger.sandbox.parts.process.FreePorts;
import io.clickledger.sandbox.parts.process.Poll;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import io.clickledger.sandbox.simulator.oracle.Oracle;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jobs on a cluster of a real Spark distribution, with the configuration for clusters: the
 * stream goes on when an executor dies with the histories in it, and a billing run, upkeep and
 * audit run beside it.
 */
class ClusterIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final String LOST = "a click history was lost";
  private static final String COUNTED = "counted landed_through=";

  /** What does not fit this machine; all else is as clusters have it. */
  private static final List<String> SIZES =
      List.of(
          "spark.driver.memory 1g",
          "spark.executor.memory 1g",
          "spark.executor.extraJavaOptions -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
          "spark.cores.max 2",
          "spark.sql.shuffle.partitions 2");

  @TempDir Path folder;

  @Test
  void countsEveryClickOnceThoughAnExecutorDies() throws Exception {
    SparkDistribution spark = SparkDistribution.find();
    try (SparkCluster cluster = new SparkCluster(spark, 2, 3, "3g");
        RunningPlatform platform =
            new RunningPlatform(
                FreePorts.neighbours(8),
                Map.of(
                    "SPARK_MASTER",
                    cluster.master(),
                    "CLICKLEDGER_CONF",
                    configuration().toString()),
                "--spark-home",
                spark.home().toString())) {
      Path live = platform.folder.resolve("live.oracle");
      Path past = platform.sendHistory();
      awaitBatches(platform, 2);
      Process traffic = platform.startTraffic("kafka", "40s", live);
      awaitBatches(platform, said(platform, COUNTED) + 3);
      assertThat(cluster.executors()).hasSize(2);
      assertThat(said(platform, LOST)).as("histories lost while all executors live").isZero();

      cluster.executors().get(0).destroyForcibly();
      platform.finish(traffic);
      Oracle oracle = Oracle.read(Catalogue.read(RunningPlatform.demoMetadata()), past, live);
      Poll.until(TIMEOUT, () -> platform.total().gross() == oracle.totals().gross());
      assertThat(said(platform, LOST)).as("histories lost with the executor").isPositive();
      assertThat(platform.total()).isEqualTo(oracle.totals());

      LocalDate yesterday = LocalDate.now(ZoneOffset.UTC).minusDays(1);
      assertThat(platform.run("nightly", "--date", yesterday.toString()))
          .contains("published as publication");
      assertThat(platform.total()).isEqualTo(oracle.totals());
      platform.run("upkeep");
      assertThat(platform.run("audit")).contains("equal to raw.clicks in each minute and ad");
    }
  }

  /** The configuration for clusters, with sizes for this machine. */
  private Path configuration() throws IOException {
    try (Stream<Path> jobs =
        Files.list(RepositoryRoot.find().resolve("spark-submit/conf/cluster"))) {
      for (Path job : jobs.toList()) {
        Path copy = Files.copy(job, folder.resolve(job.getFileName()));
        Files.write(copy, SIZES, StandardOpenOption.APPEND);
        Files.write(copy, cores(job), StandardOpenOption.APPEND);
      }
    }
    return folder;
  }

  /** Two executors for the stream, so that one can die; one for all others. */
  private static List<String> cores(Path job) {
    return List.of("spark.executor.cores " + (job.endsWith("stream-clicks.conf") ? 1 : 2));
  }

  private static void awaitBatches(RunningPlatform platform, long counted) {
    assertThat(Poll.until(TIMEOUT, () -> said(platform, COUNTED) >= counted))
        .as("%d batches counted", counted)
        .isTrue();
  }

  /** How many lines of the streaming driver's log have this. */
  private static long said(RunningPlatform platform, String text) {
    try (Stream<String> lines = Files.lines(platform.folder.resolve("logs/streaming.log"))) {
      return lines.filter(line -> line.contains(text)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
