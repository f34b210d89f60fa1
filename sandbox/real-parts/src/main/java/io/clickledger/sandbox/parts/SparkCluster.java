package io.clickledger.sandbox.parts;

import io.clickledger.sandbox.parts.process.Folders;
import io.clickledger.sandbox.parts.process.FreePorts;
import io.clickledger.sandbox.parts.process.Jdk;
import io.clickledger.sandbox.parts.process.ManagedProcess;
import io.clickledger.sandbox.parts.process.ProcessPlan;
import io.clickledger.sandbox.parts.process.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A standalone master of Spark and its workers, on loopback, in processes of their own. */
public final class SparkCluster implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final String EXECUTOR = "CoarseGrainedExecutorBackend";

  private final SparkDistribution spark;
  private final Path folder;
  private final String master;
  private final List<ManagedProcess> processes = new ArrayList<>();

  /**
   * Starts a cluster.
   *
   * @param cores of each worker
   * @param memory of each worker, as Spark writes it, such as {@code 2g}
   */
  public SparkCluster(SparkDistribution spark, int workers, int cores, String memory) {
    this.spark = spark;
    this.folder = Folders.temporary("spark-cluster");
    int port = FreePorts.next();
    this.master = "spark://127.0.0.1:" + port;
    try {
      start("master", "Master", List.of("--port", "" + port), "I have been elected leader");
      for (int worker = 1; worker <= workers; worker++) {
        start(
            "worker-" + worker,
            "Worker",
            List.of("--cores", "" + cores, "--memory", memory, master),
            "Successfully registered with master");
      }
    } catch (StartException e) {
      close();
      throw e;
    }
  }

  private void start(String name, String role, List<String> arguments, String said) {
    ManagedProcess process =
        ProcessPlan.of("spark-" + name)
            .command(spark.home().resolve("bin/spark-class").toString())
            .command("org.apache.spark.deploy.%s.%s".formatted(role.toLowerCase(Locale.ROOT), role))
            .command("--host", "127.0.0.1", "--webui-port", "" + FreePorts.next())
            .command(
                role.equals("Worker")
                    ? List.of("--work-dir", folder.resolve(name).toString())
                    : List.of())
            .command(arguments)
            .environment("JAVA_HOME", Jdk.current().home().toString())
            .environment("SPARK_HOME", spark.home().toString())
            .environment("SPARK_LOCAL_IP", "127.0.0.1")
            .environment("SPARK_LOCAL_DIRS", folder.resolve("scratch-" + name).toString())
            .environment("SPARK_DAEMON_MEMORY", "256m")
            .log(folder.resolve(name + ".log"))
            .start();
    processes.add(process);
    process.awaitReady(START_TIMEOUT, () -> log(process).contains(said));
  }

  private static String log(ManagedProcess process) {
    try {
      return Files.readString(process.log());
    } catch (IOException e) {
      throw new UncheckedIOException("could not read the log of " + process, e);
    }
  }

  /** What {@code SPARK_MASTER} is to be. */
  public String master() {
    return master;
  }

  /** The executors that run now, of all applications. */
  public List<ProcessHandle> executors() {
    return processes.stream()
        .flatMap(process -> ProcessHandle.of(process.pid()).stream())
        .flatMap(ProcessHandle::descendants)
        .filter(process -> process.info().commandLine().orElse("").contains(EXECUTOR))
        .toList();
  }

  @Override
  public void close() {
    // Workers first: they end their executors.
    IntStream.range(0, processes.size())
        .map(place -> processes.size() - 1 - place)
        .forEach(place -> processes.get(place).stop());
    Folders.delete(folder);
  }
}
