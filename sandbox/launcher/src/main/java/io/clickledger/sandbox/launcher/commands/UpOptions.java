package io.clickledger.sandbox.launcher.commands;

import io.clickledger.programs.RefusedException;
import io.clickledger.programs.WrongUsageException;
import io.clickledger.sandbox.launcher.folder.DataFolder;
import io.clickledger.sandbox.launcher.folder.PlatformConfig;
import io.clickledger.sandbox.launcher.folder.Ports;
import io.clickledger.sandbox.launcher.folder.Warehouse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What can be chosen at an {@code up}; where the data are, only at the first. */
final class UpOptions {

  @Option(
      names = "--port-base",
      paramLabel = "PORT",
      description = "First of eight consecutive ports, instead of the usual ones.")
  private Integer portBase;

  @Option(
      names = "--warehouse",
      paramLabel = "local|s3",
      description =
          "local: a folder; s3: a bucket of an S3 endpoint that the platform starts"
              + " (default: local).")
  private Warehouse warehouse;

  @Option(
      names = "--spark-home",
      paramLabel = "FOLDER|own",
      description =
          "A Spark 3.5 distribution that runs the jobs, or own: the runtime that the build made"
              + " (default: own, even if SPARK_HOME is set).")
  private String sparkHome;

  /** What is asked for, and where nothing is, what the data folder was made with. */
  PlatformConfig config(DataFolder data) {
    PlatformConfig before = data.config().orElse(PlatformConfig.defaults());
    if (data.config().isPresent() && warehouse != null && warehouse != before.warehouse()) {
      throw new RefusedException(
          "the data in %s are in a %s warehouse: choose another folder with --data-dir"
              .formatted(data.path(), before.warehouse()));
    }
    return new PlatformConfig(
        portBase == null ? before.ports() : Ports.from(portBase),
        warehouse == null ? before.warehouse() : warehouse,
        sparkHome == null ? before.sparkHome() : distribution(sparkHome));
  }

  private static Optional<Path> distribution(String sparkHome) {
    if (sparkHome.equals("own")) {
      return Optional.empty();
    }
    Path home = Path.of(sparkHome).toAbsolutePath().normalize();
    if (!Files.isExecutable(home.resolve("bin/spark-submit"))) {
      throw new WrongUsageException(
          "--spark-home must be a Spark distribution or own: %s has no bin/spark-submit"
              .formatted(home));
    }
    return Optional.of(home);
  }
}
