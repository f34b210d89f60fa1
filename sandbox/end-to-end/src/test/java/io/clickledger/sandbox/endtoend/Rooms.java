package io.clickledger.sandbox.endtoend;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The compiled classes of every room, read from the folders that the build made. They are never
 * loaded, so programs whose dependencies exclude each other can be looked at together.
 */
final class Rooms {
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

  /** How deep a module lies below the root. */
  private static final int DEPTH = 2;

  /** The build comes to them after this module. */
  private static final List<Path> BUILT_LATER =
      List.of(ROOT.resolve("benchmarks"), ROOT.resolve("sandbox/faults"));

  private Rooms() {}

  /** What runs: a room with sources must have been compiled. */
  static JavaClasses main() {
    return new ClassFileImporter()
        .importPaths(
            modules()
                .filter(module -> Files.isDirectory(module.resolve("src/main/java")))
                .filter(module -> BUILT_LATER.stream().noneMatch(module::startsWith))
                .map(module -> module.resolve("target/classes"))
                .toList());
  }

  /** The same and the tests, as far as they were compiled. */
  static JavaClasses mainAndTests() {
    List<Path> folders =
        modules()
            .flatMap(
                module ->
                    Stream.of(
                        module.resolve("target/classes"), module.resolve("target/test-classes")))
            .filter(Files::isDirectory)
            .toList();
    return new ClassFileImporter().importPaths(folders);
  }

  private static Stream<Path> modules() {
    try (Stream<Path> folders =
        Files.find(ROOT, DEPTH, (folder, attributes) -> Files.exists(folder.resolve("pom.xml")))) {
      return folders.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
