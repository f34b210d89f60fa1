package io.clickledger.sandbox.driver;

import io.clickledger.sandbox.parts.process.Folders;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one driver reads and leaves behind: its conf, its log, and what it was seen doing. */
public record DriverFolder(Path path) {
  private static final String JOB = "stream-clicks";

  /** Makes the folder of a streaming driver anew. */
  public static DriverFolder make(Path path, Map<String, String> given, String... javaOptions)
      throws IOException {
    return make(path, JOB, given, javaOptions);
  }

  /**
   * Makes the folder anew, with the sandbox's conf but for what is given otherwise.
   *
   * @param job name of the script of spark-submit/ that runs it
   * @param javaOptions of the driver, beside those of its conf
   */
  public static DriverFolder make(
      Path path, String job, Map<String, String> given, String... javaOptions) throws IOException {
    Folders.delete(path);
    Files.createDirectories(path);
    DriverFolder folder = new DriverFolder(path);
    Map<String, String> conf = new LinkedHashMap<>();
    Path sandbox = RepositoryRoot.find().resolve("spark-submit/conf/sandbox/" + job + ".conf");
    for (String line : Files.readAllLines(sandbox)) {
      String[] pair = line.strip().split("[\\s=]+", 2);
      if (!line.startsWith("#") && pair.length == 2) {
        conf.put(pair[0], pair[1]);
      }
    }
    conf.putAll(given);
    String options = " -Xlog:gc:file=" + folder.garbageLog() + " " + String.join(" ", javaOptions);
    conf.merge("spark.driver.extraJavaOptions", options.stripTrailing(), String::concat);
    Files.write(
        path.resolve(job + ".conf"),
        conf.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
    return folder;
  }

  /** A file whose being there says that the driver has come so far. */
  public Path milestone(String name) {
    return path.resolve(name);
  }

  /** The milestone of a driver that runs. */
  public Path ready() {
    return milestone("ready");
  }

  public Path log() {
    return path.resolve("driver.log");
  }

  public Path garbageLog() {
    return path.resolve("gc.log");
  }
}
