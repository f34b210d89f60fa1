package io.clickledger.sandbox.parts.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Makes and deletes the folders that parts keep their data in. */
public final class Folders {

  private Folders() {}

  public static Path make(Path folder) {
    try {
      return Files.createDirectories(folder.toAbsolutePath().normalize());
    } catch (IOException e) {
      throw new UncheckedIOException("could not make folder " + folder, e);
    }
  }

  public static Path temporary(String part) {
    try {
      return Files.createTempDirectory("clickledger-" + part + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void write(Path file, List<String> lines) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException("could not write " + file, e);
    }
  }

  /** Writes a file that only its owner may read. */
  public static void writeSecret(Path file, List<String> lines) {
    try {
      Files.createDirectories(file.getParent());
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException("could not write " + file, e);
    }
  }

  /** Deletes a folder and everything in it; a file that went by itself meanwhile is fine. */
  public static void delete(Path folder) {
    for (int attempt = 1; ; attempt++) {
      try (Stream<Path> paths = Files.walk(folder)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
        return;
      } catch (NoSuchFileException e) {
        return;
      } catch (IOException | UncheckedIOException e) {
        // A process that was just killed may still have been writing.
        if (attempt == 5) {
          throw new IllegalStateException("could not delete " + folder, e);
        }
      }
    }
  }
}
