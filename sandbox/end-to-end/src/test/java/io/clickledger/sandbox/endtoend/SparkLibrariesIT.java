package io.clickledger.sandbox.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.sandbox.parts.SparkDistribution;
import io.clickledger.sandbox.parts.process.RepositoryRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our libraries beside those of a Spark distribution, which are found first. */
class SparkLibrariesIT {
  /** In each of Spark's jars. */
  private static final String STUB = "org/apache/spark/unused/UnusedStubClass.class";

  private final SparkDistribution spark = SparkDistribution.find();

  @ParameterizedTest
  @ValueSource(
      strings = {"streaming/target/lib", "batch/target/lib", "spark-submit/target/s3-jars"})
  void bringsNoClassThatSparkHas(String folder) throws IOException {
    Map<String, String> sparks = new HashMap<>();
    for (Path jar : spark.jars()) {
      classes(jar).forEach(name -> sparks.put(name, jar.getFileName().toString()));
    }
    TreeSet<String> twice = new TreeSet<>();
    for (Path jar : jars(RepositoryRoot.find().resolve(folder))) {
      for (String name : classes(jar)) {
        if (sparks.containsKey(name)) {
          twice.add(jar.getFileName() + " and Spark's " + sparks.get(name));
        }
      }
    }

    assertThat(sparks).hasSizeGreaterThan(50_000);
    assertThat(twice).isEmpty();
  }

  @Test
  void runsTheSandboxOnTheSameLibraries() throws IOException {
    List<Path> own = jars(RepositoryRoot.find().resolve("spark-submit/target/spark-jars"));

    assertThat(own).hasSizeGreaterThan(100);
    assertThat(own.stream().map(Path::getFileName))
        .isSubsetOf(spark.jars().stream().map(Path::getFileName).toList());
  }

  private static List<Path> jars(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList();
    }
  }

  private static List<String> classes(Path path) throws IOException {
    try (JarFile jar = new JarFile(path.toFile())) {
      return jar.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.endsWith(".class"))
          .filter(name -> !name.startsWith("META-INF/") && !name.equals("module-info.class"))
          .filter(name -> !name.equals(STUB))
          .toList();
    }
  }
}
