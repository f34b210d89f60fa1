package io.clickledger.sandbox.parts;

import io.clickledger.sandbox.parts.process.CacheFolder;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import io.clickledger.sandbox.parts.process.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Spark as clusters have it, unpacked by the module {@code sandbox/spark-distribution}. */
public record SparkDistribution(Path home) {

  /** Finds the newest in the cache folder. */
  public static SparkDistribution find() {
    try (Stream<Path> versions = Files.list(CacheFolder.path())) {
      return versions
          .filter(path -> path.getFileName().toString().startsWith("spark-"))
          .filter(path -> Files.isExecutable(path.resolve("bin/spark-submit")))
          .max(Comparator.naturalOrder())
          .map(SparkDistribution::new)
          .orElseThrow(
              () ->
                  new StartException(
                      "no Spark distribution is in %s: run `mvn -q -pl sandbox/spark-distribution verify` in %s"
                          .formatted(CacheFolder.path(), RepositoryRoot.find())));
    } catch (IOException e) {
      throw new UncheckedIOException("could not list " + CacheFolder.path(), e);
    }
  }

  /** All libraries that it has. */
  public List<Path> jars() {
    try (Stream<Path> jars = Files.list(home.resolve("jars"))) {
      return jars.filter(jar -> jar.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("could not list the jars of " + home, e);
    }
  }
}
