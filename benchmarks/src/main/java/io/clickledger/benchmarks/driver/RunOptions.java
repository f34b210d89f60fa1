package io.clickledger.benchmarks.driver;

import io.clickledger.sandbox.driver.DriverFolder;
import io.clickledger.sandbox.driver.Machine;
import io.clickledger.sandbox.parts.process.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of a benchmark that runs drivers on parts of its own. */
public final class RunOptions {
  @Option(names = "--seed", defaultValue = "1", description = "Seed (${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--dir", description = "Folder of everything it makes (default: a new one).")
  private Optional<Path> dir = Optional.empty();

  @Option(
      names = "--keep",
      description = "Leaves the folder, so that the clicks in it serve again.")
  private boolean keep;

  @Option(names = "--profile", description = "Records where the CPU time goes, and prints it.")
  private boolean profile;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark in place of spark-submit/conf/'s.")
  private Map<String, String> conf = new LinkedHashMap<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the driver, such as streaming.max-offsets-per-batch=500000.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--metadata",
      defaultValue = "sandbox/demo-metadata",
      description = "Folder of the metadata CSV files (${DEFAULT-VALUE}).")
  private Path metadata;

  /** What a benchmark does in its folder. */
  @FunctionalInterface
  public interface Work {
    void run(Path folder) throws Exception;
  }

  /** Does the work in the folder, after a line about the machine; then deletes the folder. */
  public void inFolder(String benchmark, Work work) throws Exception {
    Path folder =
        dir.isPresent()
            ? Files.createDirectories(dir.get().toAbsolutePath())
            : Folders.temporary(benchmark);
    System.out.println("on " + Machine.describe());
    try {
      work.run(folder);
    } finally {
      if (!keep) {
        Folders.delete(folder);
      }
    }
  }

  /** A new folder of a driver, which is recorded where a profile is wanted. */
  public DriverFolder driver(Path path) throws IOException {
    return driver(path, "stream-clicks");
  }

  /** The same for the driver of another job. */
  public DriverFolder driver(Path path, String job) throws IOException {
    DriverFolder folder = new DriverFolder(path);
    return profile
        ? DriverFolder.make(path, job, conf, Profile.option(Profile.recording(folder)))
        : DriverFolder.make(path, job, conf);
  }

  public long seed() {
    return seed;
  }

  public boolean profile() {
    return profile;
  }

  public Map<String, String> settings() {
    return settings;
  }

  public Path metadata() {
    return metadata;
  }
}
