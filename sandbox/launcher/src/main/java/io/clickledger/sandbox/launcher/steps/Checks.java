package io.clickledger.sandbox.launcher.steps;

import io.clickledger.programs.RefusedException;
import io.clickledger.sandbox.launcher.folder.DataFolder;
import io.clickledger.sandbox.launcher.folder.PlatformConfig;
import io.clickledger.sandbox.launcher.platform.Part;
import io.clickledger.sandbox.launcher.platform.Platform;
import io.clickledger.sandbox.parts.process.FreePorts;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** What must hold before anything is started or written. */
public final class Checks {

  public static final long NEEDED_DISK_BYTES = 4L << 30;

  private static final List<String> BUILT =
      List.of(
          "sandbox/kafka-broker/target/clickledger-kafka-broker.jar",
          "ingestion/target/clickledger-ingestion.jar",
          "streaming/target/clickledger-streaming.jar",
          "batch/target/clickledger-batch.jar",
          "serving-api/target/clickledger-serving-api.jar",
          "sandbox/simulator/target/clickledger-simulator.jar",
          "spark-submit/target/spark-jars");

  private Checks() {}

  public static void nothingRuns(Platform platform) {
    List<Part> running = platform.running();
    if (running.isEmpty()) {
      return;
    }
    List<String> missing =
        platform.parts().stream().filter(part -> !part.isRunning()).map(Part::name).toList();
    if (missing.isEmpty()) {
      throw new RefusedException(
          "the platform in %s is already up, its page is %s"
              .formatted(platform.data().path(), platform.page()));
    }
    // The supervisor starts the others.
    List<String> toRestart =
        platform.supervisor.isRunning() ? missing : List.of(platform.supervisor.name());
    throw new RefusedException(
        "the platform in %s is already up, but without %s: try %s"
            .formatted(
                platform.data().path(),
                String.join(", ", missing),
                platform.data().command("restart " + String.join(" ", toRestart))));
  }

  public static void portsAreFree(PlatformConfig config) {
    String taken =
        config.ports().taken(config.warehouse()).entrySet().stream()
            .filter(port -> !FreePorts.isFree(port.getKey()))
            .map(port -> port.getKey() + " (for " + port.getValue() + ")")
            .collect(Collectors.joining(", "));
    if (!taken.isEmpty()) {
      throw new RefusedException(
          "another program listens on port %s: end it, or choose others with --port-base"
              .formatted(taken));
    }
  }

  public static void diskHasSpace(DataFolder data, long neededBytes) {
    Path existing = data.path();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    try {
      FileStore store = Files.getFileStore(existing);
      long free = store.getUsableSpace();
      if (free < neededBytes) {
        throw new RefusedException(
            "the disk of %s has %.1f GiB free and %.1f are needed: make room, or choose another folder with --data-dir"
                .formatted(existing, gibibytes(free), gibibytes(neededBytes)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("could not look at the disk of " + existing, e);
    }
  }

  public static void everythingIsBuilt() {
    Path root = RepositoryRoot.find();
    for (String file : BUILT) {
      if (!Files.exists(root.resolve(file))) {
        throw new RefusedException(file + " is missing: run mvn -DskipTests package in " + root);
      }
    }
  }

  private static double gibibytes(long bytes) {
    return bytes / (double) (1L << 30);
  }
}
