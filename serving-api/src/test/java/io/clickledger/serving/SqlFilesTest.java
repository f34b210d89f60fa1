package io.clickledger.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SqlFilesTest {

  private static final Path FOLDER = Path.of("src/main/resources/io/clickledger/serving/sql");

  @Test
  void eachSaysItsPurposeGrainAndParameters() throws IOException {
    for (Path file : files()) {
      assertThat(Files.readString(file))
          .as(file.toString())
          .startsWith("-- Purpose: ")
          .contains("\n-- Grain: ", "\n-- Parameters");
    }
  }

  @Test
  void theSeamStandsInOneOfThem() throws IOException {
    List<Path> both =
        files().stream()
            .filter(file -> read(file).contains("UNION ALL"))
            .filter(file -> read(file).contains("live.clicks_by_minute"))
            .toList();

    assertThat(both).containsExactly(FOLDER.resolve("seam.sql"));
  }

  private static List<Path> files() throws IOException {
    try (var files = Files.list(FOLDER)) {
      return files.toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
