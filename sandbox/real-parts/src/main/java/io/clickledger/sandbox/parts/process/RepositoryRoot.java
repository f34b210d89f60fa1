package io.clickledger.sandbox.parts.process;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder with the {@code clickledger} script: every program's jar stands below it. */
public final class RepositoryRoot {

  private RepositoryRoot() {}

  /**
   * Returns the system property {@code clickledger.root} where it is set, else the nearest folder
   * from the working directory upwards that holds the script.
   */
  public static Path find() {
    String given = System.getProperty("clickledger.root");
    if (given != null) {
      return Path.of(given).toAbsolutePath().normalize();
    }
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("clickledger"))
          && Files.isRegularFile(folder.resolve("pom.xml"))) {
        return folder;
      }
    }
    throw new StartException("no folder from " + start + " upwards holds the clickledger script");
  }

  /** Returns a file of the build, or fails with the command that makes it. */
  public static Path built(String module, String file) {
    Path root = find();
    Path path = root.resolve(module).resolve(file);
    if (!Files.exists(path)) {
      throw new StartException(
          "%s is missing: run `mvn -q -DskipTests -pl %s -am package` in %s"
              .formatted(root.relativize(path), module, root));
    }
    return path;
  }
}
